import { answersChannel, jobs, newId, type TitleAnswer, type TitleJob, type Uuid } from '@app/contracts';
import type { Redis } from 'ioredis';
import { FAIL_FAST_MS, type RedisConnections } from '../redis/redis-connections.js';
import { TOO_LATE, within } from '../redis/within.js';
import { LateQueue } from './late-queue.js';

/** What a title is asked for. */
export type TitleQuestion = Pick<TitleJob, 'tenantId' | 'channelId' | 'agentId' | 'limit' | 'before'>;

/** Nobody wants the answer of a question that is over: it is not asked again. */
const JOB_OPTIONS = { attempts: 1, removeOnComplete: true, removeOnFail: true };

/** Where a process asks workers for titles and hears their answers. Any worker answers; what gets lost is not repeated. */
export class TitleDesk {
  private readonly queue: LateQueue<TitleJob>;
  private readonly subscriber: Redis;
  private readonly channel: string;
  private readonly waiting = new Map<Uuid, (answer: TitleAnswer) => void>();

  constructor(redis: RedisConnections) {
    this.queue = new LateQueue(redis, 'title-queue', jobs.title.queue);
    this.channel = answersChannel(redis.prefix, newId());
    this.subscriber = redis.connect('title-answers', 'fail-fast');
    this.subscriber.on('ready', () => void this.subscriber.subscribe(this.channel).catch(() => undefined));
    this.subscriber.on('message', (_channel, text) => this.hear(text));
  }

  /** The answer; undefined when the question could not be put, failed, or was not answered within `ms` milliseconds. */
  async ask(question: TitleQuestion, ms: number): Promise<TitleAnswer | undefined> {
    const askId = newId();
    const answered = new Promise<TitleAnswer>((resolve) => this.waiting.set(askId, resolve));
    try {
      const job = { ...question, askId, replyTo: this.channel, until: Date.now() + ms };
      const put = await within(this.queue.opened().add('title', job, JOB_OPTIONS), FAIL_FAST_MS);
      if (put === TOO_LATE) return undefined;
      const answer = await within(answered, ms);
      return answer === TOO_LATE || answer.failed ? undefined : answer;
    } catch {
      return undefined;
    } finally {
      this.waiting.delete(askId);
    }
  }

  async close(): Promise<void> {
    await this.queue.close();
  }

  private hear(text: string): void {
    const answer = JSON.parse(text) as TitleAnswer;
    this.waiting.get(answer.askId)?.(answer);
  }
}
