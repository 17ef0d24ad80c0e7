import type { Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import { MessageEntity } from '../entities/message.entity.js';
import { appendEvent, type ChannelEventKind, type ChannelPlace } from './channel-events.js';

/** Which part of a channel's history is asked for. */
export interface Page {
  limit: number;
  /** Only messages before this moment. */
  before?: Date;
  /** Only messages after this moment. */
  after?: Date;
}

/** One event of a channel with its message, where it is about one that still exists. */
export interface ChannelEvent {
  seq: number;
  kind: ChannelEventKind;
  messageId: Uuid | null;
  message?: MessageEntity;
}

/** The messages of a tenant's channels. New ones come in through `MessagePath.accept`. */
export class MessagesRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  async find(id: Uuid): Promise<MessageEntity | undefined> {
    return (await this.manager.findOneBy(MessageEntity, { tenantId: this.tenantId, id })) ?? undefined;
  }

  /**
   * A page of a channel's history, newest first. With only `after`, the oldest ones behind that moment, still newest
   * first. Times within a channel differ by at least a millisecond, so paging by time loses nothing.
   */
  async page(channelId: Uuid, { limit, before, after }: Page): Promise<MessageEntity[]> {
    const forwards = after !== undefined && before === undefined;
    const query = this.manager
      .createQueryBuilder(MessageEntity, 'm')
      .where('m.tenantId = :tenantId and m.channelId = :channelId', { tenantId: this.tenantId, channelId })
      .orderBy('m.createdAt', forwards ? 'ASC' : 'DESC')
      .limit(limit);
    if (before) query.andWhere('m.createdAt < :before', { before });
    if (after) query.andWhere('m.createdAt > :after', { after });
    const found = await query.getMany();
    return forwards ? found.reverse() : found;
  }

  /** What happened in a channel behind `seq`, in order. */
  async eventsAfter(channelId: Uuid, seq: number, limit: number): Promise<ChannelEvent[]> {
    const events = await this.manager.query<{ seq: string; kind: ChannelEventKind; message_id: Uuid | null }[]>(
      `select seq, kind, message_id from channel_events
        where tenant_id = $1 and channel_id = $2 and seq > $3 order by seq limit $4`,
      [this.tenantId, channelId, seq, limit],
    );
    const messages = await this.byId(events.flatMap((event) => (event.kind === 'message' ? [event.message_id!] : [])));
    return events.map((event) => ({
      seq: Number(event.seq),
      kind: event.kind,
      messageId: event.message_id,
      message: event.message_id ? messages.get(event.message_id) : undefined,
    }));
  }

  /** Deletes a message of a channel and cancels the answers owed to it; undefined when there is no such message. */
  async delete(channelId: Uuid, id: Uuid): Promise<ChannelPlace | undefined> {
    await this.manager.query('select cancel_turns($1, $2, $3, null, $4)', [
      this.tenantId,
      channelId,
      id,
      'The message was deleted',
    ]);
    const { affected } = await this.manager.delete(MessageEntity, { tenantId: this.tenantId, channelId, id });
    if (!affected) return undefined;
    return appendEvent(this.manager, this.tenantId, { channelId, kind: 'message_deleted', messageId: id });
  }

  /** Deletes all messages of a channel and cancels all answers owed there; undefined when there is no such channel. */
  async clear(channelId: Uuid): Promise<ChannelPlace | undefined> {
    await this.manager.query('select cancel_turns($1, $2, null, null, $3)', [
      this.tenantId,
      channelId,
      'The channel was cleared',
    ]);
    const place = await appendEvent(this.manager, this.tenantId, { channelId, kind: 'cleared' });
    if (place) await this.manager.delete(MessageEntity, { tenantId: this.tenantId, channelId });
    return place;
  }

  private async byId(ids: Uuid[]): Promise<Map<Uuid, MessageEntity>> {
    if (ids.length === 0) return new Map();
    const found = await this.manager
      .createQueryBuilder(MessageEntity, 'm')
      .where('m.tenantId = :tenantId and m.id = any(:ids)', { tenantId: this.tenantId, ids })
      .getMany();
    return new Map(found.map((message) => [message.id, message]));
  }
}
