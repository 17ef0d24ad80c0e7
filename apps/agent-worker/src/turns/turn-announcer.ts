import { channelRoom, messageBroadcast, replyId, type Uuid } from '@app/contracts';
import type { ClaimedTurn, Release, Settled, Settlement } from '@app/persistence';
import type { MediaLinks } from '@app/platform';
import type { TurnQueue, RoomPublisher } from '@app/transport';
import { ReplyStream, type StreamPlace } from './reply-stream.js';
import { askedAt } from './turn-input.js';

/** What is told of an answer that nobody wanted any more. */
export const CANCELLED = 'The answer was cancelled';

/** Tells a channel's listeners how its turns go, and the queue what may start next. */
export class TurnAnnouncer {
  constructor(
    private readonly rooms: RoomPublisher,
    private readonly queue: TurnQueue,
    private readonly links: MediaLinks,
  ) {}

  /** The way a reply's pieces go out. */
  stream(place: StreamPlace, intervalMs: number): ReplyStream {
    return new ReplyStream(this.rooms, place, intervalMs);
  }

  /** Takes back what an earlier attempt had begun to say. */
  async endStream(claimed: ClaimedTurn, attempt: number): Promise<void> {
    const { tenantId, turnId, channel, agent } = claimed;
    const room = { room: channelRoom(tenantId, channel.id), behind: askedAt(claimed) };
    const messageId = replyId(turnId, attempt, 0);
    const place = { messageId, channelId: channel.id };
    await this.rooms.publish(room, 'messageStreamError', {
      ...place,
      agentId: agent.id,
      error: 'The answer starts anew',
    });
    await this.rooms.publish(room, 'messageDeleted', place);
  }

  /** What a settlement means to listeners: its replies, or that there will be none; then the next turns are released. */
  async settled(claimed: ClaimedTurn, settlement: Settlement, done: Settled & { outcome: 'settled' }): Promise<void> {
    const told: Promise<void>[] = []; // sent one after the other on one connection, and so in this order
    if (settlement.result === 'completed') told.push(...this.replies(claimed, settlement, done));
    if (settlement.result === 'cancelled') told.push(...this.replies(claimed, settlement, done));
    if (settlement.result === 'cancelled' && done.replies.length === 0) {
      told.push(this.failed(claimed, CANCELLED, askedAt(claimed)));
    }
    if (settlement.result === 'failed') {
      told.push(this.failed(claimed, settlement.error?.message ?? 'The answer failed', askedAt(claimed)));
    }
    if (settlement.result !== 'retry') told.push(this.complete(claimed, done.replies.at(-1)?.seq));
    await Promise.all(told);
    await this.release(claimed.tenantId, done.releases);
  }

  /** A turn that was to be tried again had been asked to stop. */
  async notAgain(claimed: ClaimedTurn, releases: Release[]): Promise<void> {
    await this.failed(claimed, CANCELLED, askedAt(claimed));
    await this.complete(claimed, askedAt(claimed));
    await this.release(claimed.tenantId, releases);
  }

  /** A turn ended without an answer: who closed its input until there is one may open it again. */
  async failed(
    turn: { tenantId: Uuid; turnId: Uuid; attempt: number; channel: { id: Uuid }; agent: { id: Uuid } },
    error: string,
    behind?: number,
  ): Promise<void> {
    const { tenantId, channel, agent } = turn;
    const messageId = replyId(turn.turnId, turn.attempt, 0);
    const room = { room: channelRoom(tenantId, channel.id), behind };
    const place = { channelId: channel.id };
    // Both at once, so that what the caller tells next comes behind them.
    await Promise.all([
      this.rooms.publish(room, 'messageStreamError', { ...place, messageId, agentId: agent.id, error }),
      this.rooms.publish(room, 'controlMessage', { ...place, action: 'enable_input', roomId: channel.id }),
    ]);
  }

  /** Nothing more comes of a turn; `behind` is the seq of the last that came. */
  async complete({ tenantId, channel }: { tenantId: Uuid; channel: { id: Uuid } }, behind?: number): Promise<void> {
    const place = { channelId: channel.id, roomId: channel.id };
    await this.rooms.publish({ room: channelRoom(tenantId, channel.id), behind }, 'messageComplete', place);
  }

  /** Hands turns that may be claimed to the queue. */
  async release(tenantId: Uuid, releases: Release[]): Promise<void> {
    await this.queue.enqueue(tenantId, releases);
  }

  private replies(
    claimed: ClaimedTurn,
    settlement: Settlement,
    done: Settled & { outcome: 'settled' },
  ): Promise<void>[] {
    const { tenantId, channel, agent } = claimed;
    return done.replies.map((place, index) => {
      const reply = settlement.replies[index]!;
      const stored = {
        id: place.id,
        channelId: channel.id,
        seq: place.seq,
        authorId: agent.id,
        authorName: agent.character.name,
        content: reply.content,
        sourceType: 'agent_response',
        inReplyTo: claimed.messageId,
        metadata: reply.metadata,
        rawMessage: reply.raw ?? null,
        clientMessageId: null,
        createdAt: new Date(place.at),
      };
      const payload = this.links.signedIn(tenantId, messageBroadcast(stored, channel.serverId));
      return this.rooms.publish(channelRoom(tenantId, channel.id), 'messageBroadcast', payload);
    });
  }
}
