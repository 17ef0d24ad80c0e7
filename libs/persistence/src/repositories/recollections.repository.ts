import type { JsonObject, Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';

/** A message as an agent remembers it. */
export interface Recollection {
  id: Uuid;
  channelId: Uuid;
  channelType: string;
  messageServerId: Uuid;
  seq: number;
  authorId: Uuid;
  authorName: string | null;
  text: string;
  sourceType: string | null;
  inReplyTo: Uuid | null;
  metadata: JsonObject;
  rawMessage: JsonObject | null;
  createdAt: Date;
  /** What somebody put in the place of its content and metadata. */
  ownContent: JsonObject | null;
  ownMetadata: JsonObject | null;
}

/** Which messages are asked for, newest first. */
export interface RecollectionPage {
  limit: number;
  channelId?: Uuid;
  /** Only of channels this entity takes part in too. */
  sharedWith?: Uuid;
  before?: Date;
}

/** Without a channel, messages are gathered from so many channels: those where something happened last. */
const MOST_CHANNELS = 200;

const COLUMNS = `m.id, m.channel_id as "channelId", c.type as "channelType", c.message_server_id as "messageServerId",
  m.seq::float8 as seq, m.author_id as "authorId", m.author_name as "authorName", m.content as text,
  m.source_type as "sourceType", m.in_reply_to as "inReplyTo", m.metadata, m.raw_message as "rawMessage",
  m.created_at as "createdAt", o.content as "ownContent", o.metadata as "ownMetadata"`;
const OVERRIDE = `left join lateral (select r.deleted, r.content, r.metadata from memory_overrides r
  where r.tenant_id = $1 and r.agent_id = $2 and r.message_id = m.id offset 0) o on true`;
const WATERMARK = `left join memory_watermarks w
  on w.tenant_id = p.tenant_id and w.agent_id = p.entity_id and w.channel_id = p.channel_id`;

/**
 * The messages agents remember: those of the channels they take part in, but for what they forgot. They are not
 * copied; what is noted is how an agent remembers one otherwise, or no more.
 */
export class RecollectionsRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  /** The messages an agent remembers, newest first. */
  async page(agentId: Uuid, { limit, channelId, sharedWith, before }: RecollectionPage): Promise<Recollection[]> {
    const values: unknown[] = [this.tenantId, agentId, limit];
    const only = channelId ? `and p.channel_id = $${values.push(channelId)}` : '';
    const shared = sharedWith
      ? `and exists (select from channel_participants e where e.tenant_id = $1 and e.channel_id = p.channel_id
                        and e.entity_id = $${values.push(sharedWith)})`
      : '';
    const earlier = before ? `and m.created_at < $${values.push(before)}` : '';
    return this.manager.query(
      `with mine as (
         select c.id, c.type, c.message_server_id, coalesce(w.forgotten_until, '-infinity') as forgotten_until
           from channel_participants p
           join channels c on c.tenant_id = p.tenant_id and c.id = p.channel_id
           join channel_heads h on h.tenant_id = p.tenant_id and h.channel_id = p.channel_id
           ${WATERMARK}
          where p.tenant_id = $1 and p.entity_id = $2 ${only} ${shared}
          order by h.last_at desc limit ${MOST_CHANNELS})
       select found.* from mine c, lateral (
         select ${COLUMNS} from messages m ${OVERRIDE}
          where m.tenant_id = $1 and m.channel_id = c.id and m.created_at > c.forgotten_until ${earlier}
            and o.deleted is not true
          order by m.created_at desc limit $3) found
        order by found."createdAt" desc, found.id limit $3`,
      values,
    );
  }

  /** The message, if the agent remembers it. */
  async find(agentId: Uuid, messageId: Uuid): Promise<Recollection | undefined> {
    const [found] = await this.manager.query<Recollection[]>(
      `select ${COLUMNS} from messages m
         join channels c on c.tenant_id = m.tenant_id and c.id = m.channel_id
         join channel_participants p on p.tenant_id = m.tenant_id and p.channel_id = m.channel_id and p.entity_id = $2
         ${WATERMARK} ${OVERRIDE}
        where m.tenant_id = $1 and m.id = $3 and o.deleted is not true
          and m.created_at > coalesce(w.forgotten_until, '-infinity')`,
      [this.tenantId, agentId, messageId],
    );
    return found;
  }

  /** From now on the agent remembers the message so. */
  async change(
    agentId: Uuid,
    messageId: Uuid,
    { content, metadata }: { content?: JsonObject; metadata?: JsonObject },
  ): Promise<void> {
    await this.manager.query(
      `insert into memory_overrides as o (tenant_id, agent_id, message_id, content, metadata) values ($1, $2, $3, $4, $5)
       on conflict (tenant_id, agent_id, message_id) do update
         set content = coalesce(excluded.content, o.content), metadata = coalesce(excluded.metadata, o.metadata),
             updated_at = clock_timestamp()`,
      [
        ...[this.tenantId, agentId, messageId],
        ...[content ? JSON.stringify(content) : null, metadata ? JSON.stringify(metadata) : null],
      ],
    );
  }

  /** The agent remembers the message no more; for everybody else it stays. */
  async forget(agentId: Uuid, messageId: Uuid): Promise<void> {
    await this.manager.query(
      `insert into memory_overrides (tenant_id, agent_id, message_id, deleted) values ($1, $2, $3, true)
       on conflict (tenant_id, agent_id, message_id) do update
         set deleted = true, content = null, metadata = null, updated_at = clock_timestamp()`,
      [this.tenantId, agentId, messageId],
    );
  }

  /** The agent forgets all that was said so far, in one channel or in all. */
  async forgetAll(agentId: Uuid, channelId?: Uuid): Promise<void> {
    await this.raiseWatermarks('p.entity_id = $2 and ($3::uuid is null or p.channel_id = $3)', [
      agentId,
      channelId ?? null,
    ]);
  }

  /** One agent, or all, forget all that was said so far on a message server. */
  async forgetServer(messageServerId: Uuid, agentId?: Uuid): Promise<void> {
    await this.raiseWatermarks(
      `($2::uuid is null or p.entity_id = $2) and p.channel_id in
         (select c.id from channels c where c.tenant_id = $1 and c.message_server_id = $3)`,
      [agentId ?? null, messageServerId],
    );
  }

  /** How many messages an agent remembers; it is not counted beyond `most`. */
  async count(agentId: Uuid, most: number): Promise<number> {
    const [row] = await this.manager.query<{ count: number }[]>(
      `select count(*)::int as count from (
         select from channel_participants p ${WATERMARK}
           join messages m on m.tenant_id = p.tenant_id and m.channel_id = p.channel_id
            and m.created_at > coalesce(w.forgotten_until, '-infinity')
           ${OVERRIDE}
          where p.tenant_id = $1 and p.entity_id = $2 and o.deleted is not true limit $3) remembered`,
      [this.tenantId, agentId, most],
    );
    return row!.count;
  }

  private async raiseWatermarks(which: string, values: unknown[]): Promise<void> {
    await this.manager.query(
      `insert into memory_watermarks as w (tenant_id, agent_id, channel_id, forgotten_until)
       select p.tenant_id, p.entity_id, p.channel_id, h.last_at
         from channel_participants p
         join agents a on a.tenant_id = p.tenant_id and a.id = p.entity_id
         join channel_heads h on h.tenant_id = p.tenant_id and h.channel_id = p.channel_id
        where p.tenant_id = $1 and ${which} and h.last_seq > 0
       on conflict (tenant_id, agent_id, channel_id) do update
         set forgotten_until = greatest(w.forgotten_until, excluded.forgotten_until)`,
      [this.tenantId, ...values],
    );
  }
}
