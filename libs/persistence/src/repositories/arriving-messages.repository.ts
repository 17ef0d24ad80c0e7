import type { JsonObject, Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';

/** A message that moves in. Its place in the channel is made when it arrives. */
export interface ArrivingMessage {
  id: Uuid;
  channelId: Uuid;
  authorId: Uuid;
  authorName: string | null;
  content: string;
  sourceType: string | null;
  sourceId: string | null;
  inReplyTo: Uuid | null;
  metadata: JsonObject;
  rawMessage: JsonObject | null;
  createdAt: Date;
  updatedAt: Date;
}

/** What was deleted in a channel: single messages, and all that was said up to a moment. */
export interface Deleted {
  messageIds: Set<Uuid>;
  upTo: Date;
  /** Of what is older, nobody knows any more: what is not here of it may have been deleted. */
  unknownUpTo: Date;
}

interface Head {
  channelId: Uuid;
  lastSeq: string;
  lastAt: Date | null;
}

/**
 * Messages that come from another installation. They take the next places of their channels in the order given, owed no
 * answers. They keep their times, but that times rise by a millisecond from place to place as everywhere.
 */
export class ArrivingMessagesRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  /** Stores those that are not here yet. Answers how many that were. */
  async add(messages: ArrivingMessage[]): Promise<number> {
    const heads = await this.lock(messages);
    const known = await this.known(messages);
    const placed = messages
      .filter((message) => !known.has(message.id))
      .map((message) => {
        const head = heads.get(message.channelId);
        if (!head) throw new Error(`Channel ${message.channelId} is not here`);
        head.seq += 1;
        head.at = Math.max(message.createdAt.getTime(), head.at + 1);
        const updatedAt = Math.max(message.updatedAt.getTime(), head.at);
        return { ...message, seq: head.seq, createdAt: new Date(head.at), updatedAt: new Date(updatedAt) };
      });
    if (placed.length > 0) await this.store(JSON.stringify(placed));
    return placed.length;
  }

  /** What was deleted in a channel. */
  async deleted(channelId: Uuid): Promise<Deleted> {
    const rows = await this.manager.query<{ kind: string; messageId: Uuid | null; at: Date }[]>(
      `select kind, message_id as "messageId", at from channel_events
        where tenant_id = $1 and channel_id = $2 and kind in ('message_deleted', 'cleared')`,
      [this.tenantId, channelId],
    );
    const cleared = rows.filter(({ kind }) => kind === 'cleared').map(({ at }) => at.getTime());
    return {
      messageIds: new Set(rows.flatMap(({ messageId }) => (messageId === null ? [] : [messageId]))),
      upTo: new Date(Math.max(0, ...cleared)),
      unknownUpTo: await this.unknownUpTo(channelId),
    };
  }

  /** Notes which files these messages show, where a file came later than its message. */
  async noteFiles(ids: Uuid[]): Promise<void> {
    await this.manager.query(
      `insert into media_uses (tenant_id, message_id, media_id)
       select f.tenant_id, m.id, f.id
         from messages m, media_named(m.metadata, m.raw_message) n, media f
        where m.tenant_id = $1 and m.id = any ($2) and f.tenant_id = $1 and f.owner_kind = n.owner_kind
          and f.owner_id = n.owner_id and f.file = n.file and f.state = 'ready'
        order by f.id for share of f
       on conflict do nothing`,
      [this.tenantId, ids],
    );
  }

  /** Events are kept for a time. Where the first ones are gone, this is when the first that is there happened. */
  private async unknownUpTo(channelId: Uuid): Promise<Date> {
    const [row] = await this.manager.query<{ at: Date }[]>(
      `select coalesce(first.at - interval '1 millisecond', h.last_at) as at
         from channel_heads h left join lateral (
           select e.seq, e.at from channel_events e
            where e.tenant_id = h.tenant_id and e.channel_id = h.channel_id order by e.seq limit 1) first on true
        where h.tenant_id = $1 and h.channel_id = $2 and h.last_seq > 0 and first.seq is distinct from 1`,
      [this.tenantId, channelId],
    );
    return row?.at ?? new Date(0);
  }

  private async lock(messages: ArrivingMessage[]): Promise<Map<Uuid, { seq: number; at: number }>> {
    const heads = await this.manager.query<Head[]>(
      `select channel_id as "channelId", last_seq as "lastSeq", nullif(last_at, '-infinity') as "lastAt"
         from channel_heads where tenant_id = $1 and channel_id = any ($2) order by channel_id for update`,
      [this.tenantId, [...new Set(messages.map(({ channelId }) => channelId))]],
    );
    return new Map(
      heads.map(({ channelId, lastSeq, lastAt }) => [
        channelId,
        { seq: Number(lastSeq), at: lastAt?.getTime() ?? -Infinity },
      ]),
    );
  }

  private async known(messages: ArrivingMessage[]): Promise<Set<Uuid>> {
    const rows = await this.manager.query<{ id: Uuid }[]>(
      `select here.id from unnest($2::uuid[]) as wanted (id), lateral (
         select m.id from messages m where m.tenant_id = $1 and m.id = wanted.id offset 0) here`,
      [this.tenantId, messages.map(({ id }) => id)],
    );
    return new Set(rows.map(({ id }) => id));
  }

  private async store(placed: string): Promise<void> {
    const values = [this.tenantId, placed];
    await this.manager.query(
      `insert into messages (tenant_id, id, channel_id, seq, author_id, author_name, content, source_type, source_id,
         in_reply_to, metadata, raw_message, created_at, updated_at)
       select $1, m.id, m."channelId", m.seq, m."authorId", m."authorName", m.content, m."sourceType", m."sourceId",
              m."inReplyTo", m.metadata, m."rawMessage", m."createdAt", m."updatedAt"
         from jsonb_to_recordset($2) as m (id uuid, "channelId" uuid, seq bigint, "authorId" uuid, "authorName" text,
                content text, "sourceType" text, "sourceId" text, "inReplyTo" uuid, metadata jsonb, "rawMessage" jsonb,
                "createdAt" timestamptz, "updatedAt" timestamptz)`,
      values,
    );
    await this.manager.query(
      `insert into channel_events (tenant_id, channel_id, seq, kind, message_id, at)
       select $1, m."channelId", m.seq, 'message', m.id, m."createdAt"
         from jsonb_to_recordset($2) as m (id uuid, "channelId" uuid, seq bigint, "createdAt" timestamptz)`,
      values,
    );
    await this.manager.query(
      `update channel_heads h set last_seq = m.seq, last_at = m.at
         from (select p."channelId" as channel_id, max(p.seq) as seq, max(p."createdAt") as at
                 from jsonb_to_recordset($2) as p ("channelId" uuid, seq bigint, "createdAt" timestamptz)
                group by p."channelId") m
        where h.tenant_id = $1 and h.channel_id = m.channel_id`,
      values,
    );
  }
}
