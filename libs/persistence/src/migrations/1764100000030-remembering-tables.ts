import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fence } from './1764000000001-tenant-fence.js';

/**
 * What agents remember and what they did. Ids of worlds, rooms and memories are hashes of something and the agent, or
 * chosen by clients, so they say nothing across agents: every key is led by tenant and agent.
 */
export class RememberingTables1764100000030 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(WORLDS);
    await db.query(MEMORIES);
    await db.query(FORGETTING);
    await db.query(LOGS);
    await db.query(INDEXES);
    for (const table of TABLES) await db.query(fence(table));
    await db.query(`grant select, insert, update, delete on ${TABLES.join(', ')} to eliza_app`);
    await db.query(DISPATCH);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('What agents remember is not thrown away: restore a backup instead'));
  }
}

const TABLES = ['worlds', 'rooms', 'memories', 'memory_overrides', 'memory_watermarks', 'agent_logs'];

const WORLDS = `
-- Worlds that somebody made. Those that stand for a message server are derived from it until they are changed.
create table worlds (
  tenant_id uuid not null,
  agent_id uuid not null,
  id uuid not null,
  name text not null,
  message_server_id uuid,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, agent_id, id),
  foreign key (tenant_id, agent_id) references agents on delete cascade
);
create index worlds_by_id on worlds (tenant_id, id);
create index worlds_of_server on worlds (tenant_id, message_server_id) where message_server_id is not null;

-- Rooms that somebody made. Those that stand for a channel are derived from it and have no row.
create table rooms (
  tenant_id uuid not null,
  agent_id uuid not null,
  id uuid not null,
  name text not null,
  source text not null,
  type text not null,
  world_id uuid,
  message_server_id uuid,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, agent_id, id),
  foreign key (tenant_id, agent_id) references agents on delete cascade
);
create index rooms_of_world on rooms (tenant_id, world_id) where world_id is not null;
`;

const MEMORIES = `
-- What an agent remembers beside the messages of its channels, which are not copied.
create table memories (
  tenant_id uuid not null,
  agent_id uuid not null,
  id uuid not null,
  type text not null,
  content jsonb not null,
  metadata jsonb not null default '{}',
  is_unique boolean not null default false,
  room_id uuid,
  world_id uuid,
  entity_id uuid,
  -- The message it was learnt from: it goes with it.
  message_id uuid,
  created_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, agent_id, id),
  foreign key (tenant_id, agent_id) references agents on delete cascade,
  foreign key (tenant_id, message_id) references messages on delete cascade
);
create index memories_of_type on memories (tenant_id, agent_id, type, created_at);
create index memories_of_room on memories (tenant_id, agent_id, room_id, type, created_at);
create index memories_of_message on memories (tenant_id, message_id) where message_id is not null;
`;

const FORGETTING = `
-- How an agent remembers a message otherwise than it was said, or no more.
create table memory_overrides (
  tenant_id uuid not null,
  agent_id uuid not null,
  message_id uuid not null,
  deleted boolean not null default false,
  content jsonb,
  metadata jsonb,
  updated_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, agent_id, message_id),
  foreign key (tenant_id, agent_id) references agents on delete cascade,
  foreign key (tenant_id, message_id) references messages on delete cascade
);
create index overrides_of_message on memory_overrides (tenant_id, message_id);

-- Until when an agent has forgotten what was said in a channel.
create table memory_watermarks (
  tenant_id uuid not null,
  agent_id uuid not null,
  channel_id uuid not null,
  forgotten_until timestamptz not null,
  primary key (tenant_id, agent_id, channel_id),
  foreign key (tenant_id, agent_id) references agents on delete cascade,
  foreign key (tenant_id, channel_id) references channels on delete cascade
);
create index watermarks_of_channel on memory_watermarks (tenant_id, channel_id);
`;

const LOGS = `
-- Steps of what agents do. Ids are ordered by time. A run is a turn; other work of an agent has none.
create table agent_logs (
  tenant_id uuid not null,
  agent_id uuid not null,
  id uuid not null,
  turn_id uuid,
  type text not null,
  entity_id uuid not null,
  room_id uuid not null,
  body jsonb not null,
  created_at timestamptz not null,
  primary key (tenant_id, agent_id, id),
  foreign key (tenant_id, agent_id) references agents on delete cascade,
  foreign key (tenant_id, turn_id) references turns on delete cascade
);
create index logs_of_turn on agent_logs (tenant_id, turn_id, id) where turn_id is not null;
create index logs_of_room on agent_logs (tenant_id, agent_id, room_id, id);
-- Rows come in the order of time, so a summary of their pages finds the old ones.
create index logs_by_age on agent_logs using brin (created_at) with (pages_per_range = 32);
`;

const INDEXES = `
-- An agent's channels are walked in pages, its runs are listed newest first.
create index participants_by_entity_in_order on channel_participants (tenant_id, entity_id, channel_id);
drop index participants_by_entity;
create index turns_of_agent on turns (tenant_id, agent_id, created_at, id);
create index turns_of_channel_in_order on turns (tenant_id, channel_id, created_at, id);
drop index turns_of_channel;
`;

const DISPATCH = `
grant select (tenant_id, created_at) on agent_logs to eliza_dispatch;
create policy dispatch_reads on agent_logs for select to eliza_dispatch using (true);
`;
