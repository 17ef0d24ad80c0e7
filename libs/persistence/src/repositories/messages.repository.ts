import type { Uuid } from '@app/contracts';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { MessageEntity } from '../entities/message.entity.js';
import { appendEvent, type ChannelEventKind, type ChannelPlace } from './channel-events.js';
import { takesPart } from './takes-part.js';

/** Which part of a channel's history is asked for. */
export interface Page {
  limit: number;
  /** Only messages before this moment. */
  before?: Date;
  /** Only messages after this moment. */
  after?: Date;
  /** Only if this entity takes part in the channel. */
  seenBy?: Uuid;
}

/** A message to be stored as it is, without answers being owed to it. */
export type MessageRow = Omit<MessageEntity, 'tenantId' | 'seq' | 'createdAt' | 'updatedAt' | 'contentHash'>;

/** What may change of a message. */
export type MessageChange = Partial<
  Pick<MessageEntity, 'content' | 'rawMessage' | 'sourceType' | 'inReplyTo' | 'metadata' | 'authorId' | 'authorName'>
>;

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

  /** @param seenBy only if this entity takes part in its channel */
  async find(id: Uuid, seenBy?: Uuid): Promise<MessageEntity | undefined> {
    return (await this.seen(seenBy).andWhere('m.id = :id', { id }).getOne()) ?? undefined;
  }

  /**
   * A page of a channel's history, newest first. With only `after`, the oldest ones behind that moment, still newest
   * first. Times within a channel differ by at least a millisecond, so paging by time loses nothing.
   */
  async page(channelId: Uuid, { limit, before, after, seenBy }: Page): Promise<MessageEntity[]> {
    const forwards = after !== undefined && before === undefined;
    const query = this.seen(seenBy)
      .andWhere('m.channelId = :channelId', { channelId })
      .orderBy('m.createdAt', forwards ? 'ASC' : 'DESC')
      .limit(limit);
    if (before) query.andWhere('m.createdAt < :before', { before });
    if (after) query.andWhere('m.createdAt > :after', { after });
    const found = await query.getMany();
    return forwards ? found.reverse() : found;
  }

  /** Messages of a channel by who said them and when, newest first. */
  async inChannel(
    channelId: Uuid,
    asked: { authorId?: Uuid; from?: Date; to?: Date; limit: number; offset: number; seenBy?: Uuid },
  ): Promise<MessageEntity[]> {
    const { authorId, from, to, limit, offset, seenBy } = asked;
    const query = this.seen(seenBy)
      .andWhere('m.channelId = :channelId', { channelId })
      .orderBy('m.createdAt', 'DESC')
      .limit(limit)
      .offset(offset);
    if (authorId) query.andWhere('m.authorId = :authorId', { authorId });
    if (from) query.andWhere('m.createdAt >= :from', { from });
    if (to) query.andWhere('m.createdAt <= :to', { to });
    return query.getMany();
  }

  /** The last event of a channel up to that moment; 0 when there was none. */
  async seqAt(channelId: Uuid, at: Date): Promise<number> {
    const [found] = await this.manager.query<{ seq: string }[]>(
      `select seq from channel_events
        where tenant_id = $1 and channel_id = $2 and at <= $3 order by seq desc limit 1`,
      [this.tenantId, channelId, at],
    );
    return Number(found?.seq ?? 0);
  }

  /** What happened in a channel behind `seq`, in order. */
  async eventsAfter(channelId: Uuid, seq: number, limit: number): Promise<ChannelEvent[]> {
    const events = await this.manager.query<{ seq: string; kind: ChannelEventKind; message_id: Uuid | null }[]>(
      `select seq, kind, message_id from channel_events
        where tenant_id = $1 and channel_id = $2 and seq > $3 order by seq limit $4`,
      [this.tenantId, channelId, seq, limit],
    );
    const messages = await this.byId(events.flatMap((event) => (isOfMessage(event.kind) ? [event.message_id!] : [])));
    return events.map((event) => ({
      seq: Number(event.seq),
      kind: event.kind,
      messageId: event.message_id,
      message: event.message_id ? messages.get(event.message_id) : undefined,
    }));
  }

  /**
   * Stores a message in its place in the channel, owed no answers. Does nothing when its id is taken: then `stored` is
   * false and the message is the one that has it. Undefined when there is no such channel.
   */
  async insert(message: MessageRow): Promise<{ stored: boolean; message: MessageEntity } | undefined> {
    const { id, channelId } = message;
    // The head first, as everywhere: of two that bring the same id the second sees the first.
    const heads: unknown[] = await this.manager.query(
      'select from channel_heads where tenant_id = $1 and channel_id = $2 for update',
      [this.tenantId, channelId],
    );
    if (heads.length === 0) return undefined;
    const taken = await this.find(id);
    if (taken) return { stored: false, message: taken };
    const place = await appendEvent(this.manager, this.tenantId, { channelId, kind: 'message', messageId: id });
    const { seq, at } = place!;
    const row: object = { tenantId: this.tenantId, ...message, seq, createdAt: at, updatedAt: at };
    await this.manager.insert(MessageEntity, row);
    return {
      stored: true,
      message: await this.manager.findOneByOrFail(MessageEntity, { tenantId: this.tenantId, id }),
    };
  }

  /** Changes a message, and writes it into the channel's events; undefined when there is no such message. */
  async update(id: Uuid, change: MessageChange): Promise<{ message: MessageEntity; place: ChannelPlace } | undefined> {
    const before = await this.find(id);
    if (!before) return undefined;
    const { channelId } = before;
    const place = await appendEvent(this.manager, this.tenantId, { channelId, kind: 'message_updated', messageId: id });
    if (!place) return undefined;
    const changed: object = { ...change, updatedAt: place.at };
    await this.manager.update(MessageEntity, { tenantId: this.tenantId, id }, changed);
    const message = await this.find(id);
    return message && { message, place };
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

  /**
   * Deletes messages older than that with their turns, `portion` at most, and tells nobody: who reads the channel does not
   * find them any more. One that is still to be answered stays. Answers how many.
   */
  async deleteOlder(before: Date, portion: number): Promise<number> {
    const rows = await this.manager.query<{ id: Uuid }[]>(
      `select old.id from channels c, lateral (
         select m.id from messages m where m.tenant_id = $1 and m.channel_id = c.id and m.created_at < $2
            and not exists (select from turns t where t.tenant_id = $1 and t.message_id = m.id
                               and t.state in ('waiting', 'released', 'running'))
          order by m.created_at limit $3) old
        where c.tenant_id = $1 limit $3`,
      [this.tenantId, before, portion],
    );
    if (rows.length === 0) return 0;
    const ids = rows.map(({ id }) => id);
    await this.manager.query('delete from turns where tenant_id = $1 and message_id = any ($2)', [this.tenantId, ids]);
    const [, count] = await this.manager.query<[unknown[], number]>(
      'delete from messages where tenant_id = $1 and id = any ($2)',
      [this.tenantId, ids],
    );
    return count;
  }

  private seen(seenBy: Uuid | undefined): SelectQueryBuilder<MessageEntity> {
    const query = this.manager
      .createQueryBuilder(MessageEntity, 'm')
      .where('m.tenantId = :tenantId', { tenantId: this.tenantId });
    if (seenBy === undefined) return query;
    return query.andWhere(takesPart({ tenant: 'm.tenantId', channel: 'm.channelId', entity: ':seenBy' }), { seenBy });
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

/** Events that tell of a message as it is today. */
function isOfMessage(kind: ChannelEventKind): boolean {
  return kind === 'message' || kind === 'message_updated';
}
