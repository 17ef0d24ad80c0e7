import { setTimeout as delay } from 'node:timers/promises';
import { channelRoom, messageBroadcast, replyId, type Uuid } from '@app/contracts';
import { TurnPath, type ClaimedTurn, type Settlement } from '@app/persistence';
import { setting } from '@app/testing';
import { headlessPublisher, RedisConnections, type RoomPublisher } from '@app/transport';
import { pino } from 'pino';
import type { TestGateway } from './support.js';

/**
 * A worker played by a test: it finds released turns in Postgres and answers them as the question says. `#slow=ms`
 * waits first, `#silent` gives no answer, `#fail` fails, `#hang` never comes back, `#once` hangs in the first attempt
 * only, `#failonce` fails in the first attempt only, `#deaf` announces nothing, `#actions` says twice what it does before it answers.
 */
export class PlayedWorker {
  readonly seen: { turnId: Uuid; attempt: number; text: string }[] = [];
  private readonly redis: RedisConnections;
  private readonly rooms: RoomPublisher;
  private readonly path: TurnPath;
  private running = true;
  private readonly loop: Promise<void>;

  constructor(
    private readonly gateway: TestGateway,
    leaseMs = 60_000,
  ) {
    const { database } = gateway.db;
    this.redis = new RedisConnections({ url: setting('TEST_REDIS_URL'), prefix: gateway.redisPrefix }, SILENT);
    this.rooms = headlessPublisher(this.redis, () => undefined);
    this.path = new TurnPath(database, { worker: 'played', leaseMs, history: 10, maxDepth: 1, defaultShare: 8 });
    this.loop = this.run();
  }

  async close(): Promise<void> {
    this.running = false;
    await this.loop;
    this.redis.close();
  }

  private async run(): Promise<void> {
    while (this.running) {
      const due = await this.gateway.db.asSuperuser<{ tenant_id: Uuid; id: Uuid }>(
        `select tenant_id, id from turns where state = 'released'`,
      );
      for (const turn of due) void this.take(turn.tenant_id, turn.id);
      await delay(25);
    }
  }

  private async take(tenantId: Uuid, turnId: Uuid): Promise<void> {
    const claimed = await this.path.claim(tenantId, turnId);
    if (!claimed) return;
    const text = claimed.history.find(({ id }) => id === claimed.messageId)?.text ?? '';
    this.seen.push({ turnId, attempt: claimed.attempt, text });
    await this.think(claimed, Number(/#slow=(\d+)/.exec(text)?.[1] ?? 0));
    if (text.includes('#hang') || (text.includes('#once') && claimed.attempt === 1)) return;
    await this.answer(claimed, text);
  }

  private async think(claimed: ClaimedTurn, ms: number): Promise<void> {
    for (const until = performance.now() + ms; performance.now() < until; await this.path.renew([claimed])) {
      await delay(Math.min(100, until - performance.now()));
    }
  }

  private async answer(claimed: ClaimedTurn, text: string): Promise<void> {
    const loud = !text.includes('#deaf');
    const settlement = settlementOf(claimed, text);
    const room = channelRoom(claimed.tenantId, claimed.channel.id);
    if (loud) await this.chunks(claimed, settlement);
    const done = await this.path.settle(claimed, settlement);
    if (done.outcome !== 'settled' || !loud) return;
    for (const [index, { id, seq, at }] of done.replies.entries()) {
      const reply = settlement.replies[index]!;
      const stored = {
        ...{
          id,
          seq,
          channelId: claimed.channel.id,
          authorId: claimed.agent.id,
          authorName: 'A',
          clientMessageId: null,
        },
        ...{ content: reply.content, metadata: {}, rawMessage: reply.raw ?? null, sourceType: 'agent_response' },
        ...{ inReplyTo: claimed.messageId, createdAt: new Date(at) },
      };
      await this.rooms.publish(room, 'messageBroadcast', messageBroadcast(stored, claimed.channel.serverId));
    }
    const place = { channelId: claimed.channel.id, roomId: claimed.channel.id };
    await this.rooms.publish(room, 'messageComplete', place);
  }

  private async chunks(claimed: ClaimedTurn, { replies }: Settlement): Promise<void> {
    const room = channelRoom(claimed.tenantId, claimed.channel.id);
    for (const { id, content } of replies) {
      for (const [index, chunk] of content.split(/(?<= )/).entries()) {
        const place = { agentId: claimed.agent.id, channelId: claimed.channel.id };
        await this.rooms.publish({ room, before: id }, 'messageStreamChunk', { messageId: id, chunk, index, ...place });
      }
    }
  }
}

function settlementOf(claimed: ClaimedTurn, text: string): Settlement {
  const usage = { inputTokens: 1, outputTokens: 1 };
  if (text.includes('#failonce') ? claimed.attempt === 1 : text.includes('#fail')) {
    return { result: 'failed', replies: [], usage, error: { kind: 'caller', message: 'The key is wrong' } };
  }
  const words = text.includes('#silent') ? [] : [`echo: ${text}`];
  if (text.includes('#actions')) words.unshift('Executing action: LOOK', 'Executing action: THINK');
  const replies = words.map((content, ordinal) => ({
    id: replyId(claimed.turnId, claimed.attempt, ordinal),
    content,
    metadata: {},
    raw: { text: content, thought: 'hm', actions: ['REPLY'] },
  }));
  return { result: 'completed', replies, usage };
}

const SILENT = pino({ level: 'silent' });
