import { ERASED_ENTITY_ID, ERASED_TEXT, ownId, type JsonObject, type Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import { appendEvent } from './channel-events.js';

/** A channel that somebody takes part in. */
export interface ChannelOfPerson {
  id: Uuid;
  /** No other person takes part in it. */
  isAlone: boolean;
  /** Those of its participants that are agents. */
  agents: Uuid[];
}

/** A page of a walk over all messages of a tenant. */
export interface Walked {
  found: { id: Uuid; channelId: Uuid }[];
  /** Where the walk goes on; undefined at its end. */
  next?: Uuid;
}

/** What a tenant has of one person, wherever it stands. No index leads by person: this is asked for seldom. */
export class PeopleRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  /** Whether this is an agent, and no person. */
  async isAgent(entityId: Uuid): Promise<boolean> {
    const rows: unknown[] = await this.manager.query('select from agents where tenant_id = $1 and id = $2', [
      this.tenantId,
      entityId,
    ]);
    return rows.length > 0;
  }

  /** Channels that somebody takes part in, `limit` at most. */
  async channels(entityId: Uuid, limit: number): Promise<ChannelOfPerson[]> {
    return this.manager.query(
      `select p.channel_id as id, c."isAlone", c.agents
         from channel_participants p, lateral (
           select not bool_or(a.id is null and e.entity_id <> $2) as "isAlone",
                  coalesce(array_agg(a.id) filter (where a.id is not null), '{}') as agents
             from channel_participants e left join agents a on a.tenant_id = e.tenant_id and a.id = e.entity_id
            where e.tenant_id = $1 and e.channel_id = p.channel_id) c
        where p.tenant_id = $1 and p.entity_id = $2 order by p.channel_id limit $3`,
      [this.tenantId, entityId, limit],
    );
  }

  /** Takes up to so many messages of a channel away with their turns, without a word. Answers how many. */
  async emptyChannel(channelId: Uuid, portion: number): Promise<number> {
    const rows = await this.manager.query<{ id: Uuid }[]>(
      'select id from messages where tenant_id = $1 and channel_id = $2 order by created_at limit $3',
      [this.tenantId, channelId, portion],
    );
    const ids = rows.map(({ id }) => id);
    await this.manager.query('select cancel_turns($1, $2, null, null, $3)', [this.tenantId, channelId, ERASED_TEXT]);
    await this.manager.query('delete from turns where tenant_id = $1 and message_id = any ($2)', [this.tenantId, ids]);
    await this.manager.query('delete from messages where tenant_id = $1 and id = any ($2)', [this.tenantId, ids]);
    return ids.length;
  }

  /** Takes away what agents remember of a channel of theirs. Answers how many memories. */
  async forgetRooms(channelId: Uuid, agents: Uuid[]): Promise<number> {
    const [, count] = await this.manager.query<[unknown[], number]>(
      `delete from memories m using unnest($2::uuid[], $3::uuid[]) as r (agent_id, room_id)
        where m.tenant_id = $1 and m.agent_id = r.agent_id and m.room_id = r.room_id`,
      [this.tenantId, agents, agents.map((agent) => ownId(agent, channelId))],
    );
    return count;
  }

  /** The next page of a walk over all messages of the tenant: those that somebody said. */
  async walk(entityId: Uuid, after: Uuid | undefined, page: number): Promise<Walked> {
    const rows = await this.manager.query<{ id: Uuid; channelId: Uuid; isOwn: boolean }[]>(
      `select id, channel_id as "channelId", author_id = $2 as "isOwn" from messages
        where tenant_id = $1 and ($3::uuid is null or id > $3) order by id limit $4`,
      [this.tenantId, entityId, after ?? null, page],
    );
    const found = rows.filter(({ isOwn }) => isOwn).map(({ id, channelId }) => ({ id, channelId }));
    return { found, ...(rows.length === page ? { next: rows.at(-1)!.id } : {}) };
  }

  /**
   * Puts a marker in the place of a message that somebody said and of what agents answered to it; the conversation of the
   * others keeps its order. Turns, memories and words that were made of them go. Answers how many messages.
   */
  async eraseMessage({ id, channelId }: { id: Uuid; channelId: Uuid }): Promise<number> {
    await this.manager.query('select cancel_turns($1, $2, $3, null, $4)', [this.tenantId, channelId, id, ERASED_TEXT]);
    const answers = await this.manager.query<{ id: Uuid }[]>(
      `select id from messages
        where tenant_id = $1 and in_reply_to = $2 and channel_id = $3 and source_type = 'agent_response'`,
      [this.tenantId, id, channelId],
    );
    const ids = [id, ...answers.map((answer) => answer.id)];
    for (const messageId of ids) {
      await appendEvent(this.manager, this.tenantId, { channelId, kind: 'message_updated', messageId });
    }
    await this.manager.query(
      `update messages set content = $3, metadata = '{}', raw_message = null, source_id = null, content_hash = null,
              client_message_id = null, updated_at = clock_timestamp(),
              author_id = case when id = $4 then $5 else author_id end,
              author_name = case when id = $4 then null else author_name end
        where tenant_id = $1 and id = any ($2)`,
      [this.tenantId, ids, ERASED_TEXT, id, ERASED_ENTITY_ID],
    );
    await this.manager.query(`select set_config('app.search', quote_literal(search_tenant($1)), true)`, [
      this.tenantId,
    ]);
    await this.manager.query('update message_search set author_id = $3 where tenant_id = $1 and message_id = $2', [
      ...[this.tenantId, id, ERASED_ENTITY_ID],
    ]);
    await this.manager.query(`select set_config('app.search', '', true)`);
    for (const table of ['turns', 'memories', 'memory_overrides']) {
      await this.manager.query(`delete from ${table} where tenant_id = $1 and message_id = any ($2)`, [
        this.tenantId,
        ids,
      ]);
    }
    return ids.length;
  }

  /** Deletes up to so many rows of one kind that are about somebody. Answers how many. */
  async forget(kind: 'sessions' | 'jobs' | 'memories' | 'logs', entityId: Uuid, portion: number): Promise<number> {
    const { table, person, key } = ABOUT[kind];
    const [, count] = await this.manager.query<[unknown[], number]>(
      `delete from ${table} where tenant_id = $1 and (${key}) in (
         select ${key} from ${table} where tenant_id = $1 and ${person} = $2 limit $3)`,
      [this.tenantId, entityId, portion],
    );
    return count;
  }

  /** A page of what there is of somebody, of one kind. */
  async export(kind: ExportedKind, { entityId, after, page }: ExportPage): Promise<Exported> {
    const rows = await this.manager.query<{ id: Uuid; row: JsonObject | null }[]>(EXPORTS[kind], [
      ...[this.tenantId, entityId, after ?? null, page],
    ]);
    const told = rows.flatMap(({ row }) => (row === null ? [] : [row]));
    return { rows: told, ...(rows.length === page ? { next: rows.at(-1)!.id } : {}) };
  }

  /** Gives up the files that somebody brought: the sweeper deletes them. Answers how many. */
  async giveUpFiles(entityId: Uuid): Promise<number> {
    const [, count] = await this.manager.query<[unknown[], number]>(
      `update media set state = 'deleting', expires_at = clock_timestamp()
        where tenant_id = $1 and uploader_id = $2 and state = 'ready'`,
      [this.tenantId, entityId],
    );
    return count;
  }
}

/** Where a person stands in a table, and what its rows are known by. */
const ABOUT = {
  sessions: { table: 'sessions', person: 'user_id', key: 'id' },
  jobs: { table: 'jobs', person: 'user_id', key: 'id' },
  memories: { table: 'memories', person: 'entity_id', key: 'agent_id, id' },
  logs: { table: 'agent_logs', person: 'entity_id', key: 'agent_id, id, created_at' },
} as const;

/** Rows of a table that are about somebody, by their ids. */
const rowsAbout = (table: string, person: string): string => `
  select t.id, to_jsonb(t) - 'tenant_id' as row from ${table} t
   where t.tenant_id = $1 and t.${person} = $2 and ($3::uuid is null or t.id > $3) order by t.id limit $4`;

/** What is exported, in this order. */
const EXPORTS = {
  channels: `
    select c.id, jsonb_build_object('id', c.id, 'name', c.name, 'type', c.type, 'joined_at', p.joined_at) as row
      from channel_participants p join channels c on c.tenant_id = p.tenant_id and c.id = p.channel_id
     where p.tenant_id = $1 and p.entity_id = $2 and ($3::uuid is null or c.id > $3) order by c.id limit $4`,
  // No index leads to an author: all messages of the tenant are walked over.
  messages: `
    select m.id, case when m.author_id = $2 then to_jsonb(m) - '{tenant_id,content_hash}'::text[] end as row
      from messages m where m.tenant_id = $1 and ($3::uuid is null or m.id > $3) order by m.id limit $4`,
  sessions: rowsAbout('sessions', 'user_id'),
  jobs: rowsAbout('jobs', 'user_id'),
  memories: rowsAbout('memories', 'entity_id'),
  logs: rowsAbout('agent_logs', 'entity_id'),
  files: `
    select f.id, jsonb_build_object('id', f.id, 'name', f.original_name, 'type', f.type, 'size', f.size,
             'created_at', f.created_at) as row
      from media f where f.tenant_id = $1 and f.uploader_id = $2 and f.state = 'ready' and ($3::uuid is null or f.id > $3)
     order by f.id limit $4`,
};

/** A kind of what there is of somebody. */
export type ExportedKind = keyof typeof EXPORTS;

/** All kinds, in the order they are told. */
export const EXPORTED = Object.keys(EXPORTS) as ExportedKind[];

/** Which page is asked for. */
export interface ExportPage {
  entityId: Uuid;
  /** Only what comes behind this id. */
  after?: Uuid;
  page: number;
}

/** A page of an export. */
export interface Exported {
  rows: JsonObject[];
  /** Where the next one begins; undefined at the end. */
  next?: Uuid;
}
