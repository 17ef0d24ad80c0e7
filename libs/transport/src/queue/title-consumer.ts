import { jobs, TitleJob, type TitleAnswer } from '@app/contracts';
import type { Logger } from '@app/platform';
import { Worker } from 'bullmq';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import type { Redis } from 'ioredis';
import type { RedisConnections } from '../redis/redis-connections.js';
import { queuePrefix } from './late-queue.js';

/** Titles a worker finds at once. */
const SLOTS = 5;

/** The answering side of `TitleDesk`. */
export class TitleConsumer {
  private readonly worker: Worker<TitleJob>;
  private readonly publisher: Redis;

  /**
   * Starts to answer.
   *
   * @param find the title, null when there is nothing to find one for; what it throws is logged, and whoever asked hears
   *   at once that there is none
   */
  constructor(
    redis: RedisConnections,
    private readonly logger: Logger,
    private readonly find: (job: TitleJob) => Promise<string | null>,
  ) {
    this.publisher = redis.connect('title-publisher', 'fail-fast');
    this.worker = new Worker<TitleJob>(jobs.title.queue, (job) => this.run(job.data), {
      connection: redis.connect('title-consumer', 'patient'),
      prefix: queuePrefix(redis.prefix),
      concurrency: SLOTS,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
      maxStalledCount: 0,
    });
    this.worker.on('error', (error) => this.logger.debug({ err: error }, 'The title queue had an error'));
  }

  /** Takes no more questions, and resolves when the running ones are answered. */
  async close(): Promise<void> {
    await this.worker.close();
  }

  private async run(data: TitleJob): Promise<void> {
    const job = plainToInstance(TitleJob, data);
    const faults = validateSync(job);
    if (faults.length > 0) {
      this.logger.error({ faults: faults.map(String) }, 'A job of the title queue is malformed; it is dropped');
      return;
    }
    if (Date.now() > job.until) return;
    await this.answer(job, await this.found(job));
  }

  private async found(job: TitleJob): Promise<TitleAnswer> {
    const { askId, tenantId, channelId } = job;
    try {
      return { askId, title: await this.find(job) };
    } catch (error) {
      this.logger.error({ err: error, tenantId, channelId }, 'A title could not be found');
      return { askId, title: null, failed: true };
    }
  }

  private async answer(job: TitleJob, answer: TitleAnswer): Promise<void> {
    try {
      await this.publisher.publish(job.replyTo, JSON.stringify(answer));
    } catch (error) {
      this.logger.warn({ err: error, tenantId: job.tenantId }, 'A title could not be told');
    }
  }
}
