import type { Character, JsonObject, Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import type { Memory } from './memories.repository.js';
import type { Room } from './rooms.repository.js';
import type { World } from './worlds.repository.js';

/** An agent that moves in. */
export interface ArrivingAgent {
  id: Uuid;
  name: string;
  character: Character;
  enabled: boolean;
  createdAt: Date;
  updatedAt: Date;
}

/** A message server that moves in. */
export interface ArrivingServer {
  id: Uuid;
  name: string;
  sourceType: string;
  sourceId: string | null;
  metadata: JsonObject | null;
  createdAt: Date;
  updatedAt: Date;
}

/** A channel that moves in, with who takes part in it. */
export interface ArrivingChannel {
  id: Uuid;
  messageServerId: Uuid;
  name: string;
  type: string;
  sourceType: string | null;
  sourceId: string | null;
  topic: string | null;
  metadata: JsonObject;
  participants: Uuid[];
  createdAt: Date;
  updatedAt: Date;
}

/** Something of an agent's own. */
export interface OfAgent {
  agentId: Uuid;
  id: Uuid;
}

/** How an agent remembers a message otherwise than it was said, or, without content, no more. */
export interface ArrivingOverride {
  agentId: Uuid;
  messageId: Uuid;
  content: JsonObject | null;
}

/** What an agent keeps: tables whose rows belong to an agent and have an id. */
export type Keepsake = 'worlds' | 'rooms' | 'memories';

const KEEPSAKES: Record<Keepsake, string> = {
  worlds: 'id uuid, name text, message_server_id uuid, metadata jsonb, created_at timestamptz',
  rooms:
    'id uuid, name text, source text, type text, world_id uuid, message_server_id uuid, metadata jsonb, created_at timestamptz',
  memories:
    'id uuid, type text, content jsonb, metadata jsonb, is_unique boolean, room_id uuid, world_id uuid, entity_id uuid, created_at timestamptz',
};

/**
 * Rows that come from another installation: they keep their ids and times, and whatever has their id already stays as it
 * is. Each call answers the ids that were new.
 *
 * Rows are looked up one by one (`lateral … offset 0`): while tables are being filled, Postgres has no idea of their size
 * yet and would rather walk through all a tenant has.
 */
export class ArrivalsRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  async addAgents(agents: ArrivingAgent[]): Promise<Uuid[]> {
    return this.added(
      `insert into agents (tenant_id, id, name, character, enabled, created_at, updated_at)
       select $1, a.id, a.name, a.character, a.enabled, a."createdAt", a."updatedAt"
         from jsonb_to_recordset($2) as a (id uuid, name text, character jsonb, enabled boolean,
                "createdAt" timestamptz, "updatedAt" timestamptz)`,
      agents,
    );
  }

  async addServers(servers: ArrivingServer[]): Promise<Uuid[]> {
    return this.added(
      `insert into message_servers (tenant_id, id, name, source_type, source_id, metadata, created_at, updated_at)
       select $1, s.id, s.name, s."sourceType", s."sourceId", s.metadata, s."createdAt", s."updatedAt"
         from jsonb_to_recordset($2) as s (id uuid, name text, "sourceType" text, "sourceId" text, metadata jsonb,
                "createdAt" timestamptz, "updatedAt" timestamptz)`,
      servers,
    );
  }

  /** Stores channels with their counters and participants. Who takes part in one that is here already stays so. */
  async addChannels(channels: ArrivingChannel[]): Promise<Uuid[]> {
    const ids = await this.added(
      `insert into channels (tenant_id, id, message_server_id, name, type, source_type, source_id, topic, metadata,
         created_at, updated_at)
       select $1, c.id, c."messageServerId", c.name, c.type, c."sourceType", c."sourceId", c.topic, c.metadata,
              c."createdAt", c."updatedAt"
         from jsonb_to_recordset($2) as c (id uuid, "messageServerId" uuid, name text, type text, "sourceType" text,
                "sourceId" text, topic text, metadata jsonb, "createdAt" timestamptz, "updatedAt" timestamptz)`,
      channels,
    );
    await this.manager.query(
      'insert into channel_heads (tenant_id, channel_id) select $1, id from unnest($2::uuid[]) as made (id)',
      [this.tenantId, ids],
    );
    const made = new Set(ids);
    await this.manager.query(
      `insert into channel_participants (tenant_id, channel_id, entity_id, joined_at)
       select $1, c.id, p.entity::uuid, c."createdAt"
         from jsonb_to_recordset($2) as c (id uuid, participants jsonb, "createdAt" timestamptz)
        cross join lateral jsonb_array_elements_text(c.participants) with ordinality as p (entity, place)
        order by c.id, p.place
       on conflict do nothing`,
      [this.tenantId, JSON.stringify(channels.filter(({ id }) => made.has(id)))],
    );
    return ids;
  }

  async addServerAgents(homes: { serverId: Uuid; agentId: Uuid }[]): Promise<Uuid[]> {
    return this.added(
      `insert into message_server_agents (tenant_id, message_server_id, agent_id)
       select $1, h."serverId", h."agentId" from jsonb_to_recordset($2) as h ("serverId" uuid, "agentId" uuid)`,
      homes,
      'agent_id',
    );
  }

  async addWorlds(worlds: World[]): Promise<Uuid[]> {
    return this.addKeepsakes('worlds', worlds);
  }

  async addRooms(rooms: Room[]): Promise<Uuid[]> {
    return this.addKeepsakes('rooms', rooms);
  }

  async addMemories(memories: (Memory & { agentId: Uuid })[]): Promise<Uuid[]> {
    return this.addKeepsakes('memories', memories);
  }

  /** Notes how agents remember messages; of a message that is not here nothing is noted. */
  async addOverrides(overrides: ArrivingOverride[]): Promise<Uuid[]> {
    return this.added(
      `insert into memory_overrides (tenant_id, agent_id, message_id, deleted, content)
       select $1, o."agentId", o."messageId", o.content is null, o.content
         from jsonb_to_recordset($2) as o ("agentId" uuid, "messageId" uuid, content jsonb)
        cross join lateral (select from messages m where m.tenant_id = $1 and m.id = o."messageId" offset 0) here`,
      overrides,
      'message_id',
    );
  }

  /** Which of these ids are here. */
  async present(table: 'agents' | 'message_servers' | 'channels' | 'messages', ids: Uuid[]): Promise<Uuid[]> {
    const rows = await this.manager.query<{ id: Uuid }[]>(
      `select here.id from unnest($2::uuid[]) as wanted (id), lateral (
         select t.id from ${table} t where t.tenant_id = $1 and t.id = wanted.id offset 0) here`,
      [this.tenantId, ids],
    );
    return rows.map((row) => row.id);
  }

  /** How many of these take part in these channels. */
  async countParticipants(pairs: { channelId: Uuid; entityId: Uuid }[]): Promise<number> {
    return this.countPairs(
      'channel_participants',
      ['channel_id', 'entity_id'],
      [pairs.map((pair) => pair.channelId), pairs.map((pair) => pair.entityId)],
    );
  }

  /** How many of these agents are at home on these message servers. */
  async countServerAgents(pairs: { serverId: Uuid; agentId: Uuid }[]): Promise<number> {
    return this.countPairs(
      'message_server_agents',
      ['message_server_id', 'agent_id'],
      [pairs.map((pair) => pair.serverId), pairs.map((pair) => pair.agentId)],
    );
  }

  /** How many of these agents have these. */
  async countKeepsakes(table: Keepsake, pairs: OfAgent[]): Promise<number> {
    return this.countPairs(
      table,
      ['agent_id', 'id'],
      [pairs.map((pair) => pair.agentId), pairs.map((pair) => pair.id)],
    );
  }

  /** How many of these messages are remembered otherwise, or no more. */
  async countOverrides(pairs: { agentId: Uuid; messageId: Uuid }[]): Promise<number> {
    return this.countPairs(
      'memory_overrides',
      ['agent_id', 'message_id'],
      [pairs.map((pair) => pair.agentId), pairs.map((pair) => pair.messageId)],
    );
  }

  private async addKeepsakes(table: Keepsake, rows: object[]): Promise<Uuid[]> {
    const columns = KEEPSAKES[table].split(', ').map((column) => column.split(' ') as [string, string]);
    const names = columns.map(([name]) => name).join(', ');
    const fields = columns.map(([name, type]) => `"${camelCase(name)}" ${type}`).join(', ');
    const values = columns.map(([name]) => `k."${camelCase(name)}"`).join(', ');
    return this.added(
      `insert into ${table} (tenant_id, agent_id, ${names})
       select $1, k."agentId", ${values} from jsonb_to_recordset($2) as k ("agentId" uuid, ${fields})`,
      rows,
    );
  }

  private async added(insert: string, rows: object[], id = 'id'): Promise<Uuid[]> {
    const made = await this.manager.query<{ id: Uuid }[]>(
      `with made as (${insert} on conflict do nothing returning ${id} as id) select id from made`,
      [this.tenantId, JSON.stringify(rows)],
    );
    return made.map((row) => row.id);
  }

  private async countPairs(table: string, [one, other]: [string, string], ids: [Uuid[], Uuid[]]): Promise<number> {
    const [row] = await this.manager.query<{ count: number }[]>(
      `select count(*)::int as count from unnest($2::uuid[], $3::uuid[]) as pair (one, other), lateral (
         select from ${table} t where t.tenant_id = $1 and t.${one} = pair.one and t.${other} = pair.other offset 0) here`,
      [this.tenantId, ...ids],
    );
    return row!.count;
  }
}

function camelCase(name: string): string {
  return name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
