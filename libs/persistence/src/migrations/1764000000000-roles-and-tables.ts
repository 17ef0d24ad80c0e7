import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The two roles and every table. Primary keys lead with the tenant, because ElizaOS ids are unique only inside one.
 * Foreign keys stand here and not in entities; row security follows in the next migration.
 */
export class RolesAndTables1764000000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(ROLES);
    await db.query(TENANTS);
    await db.query(AGENTS);
    await db.query(CHANNELS);
    await db.query(TURNS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('The first migration is not undone: drop the database instead'));
  }
}

/** Roles belong to the whole Postgres cluster: another database of it may have made them already. */
const ROLES = `
do $$ begin
  if not exists (select from pg_roles where rolname = 'eliza_app') then
    begin create role eliza_app nologin noinherit; exception when duplicate_object or unique_violation then null; end;
  end if;
  if not exists (select from pg_roles where rolname = 'eliza_dispatch') then
    begin create role eliza_dispatch nologin; exception when duplicate_object or unique_violation then null; end;
  end if;
  -- With one address for everything the owner becomes the application role when it serves. Where the roles were
  -- made by somebody else these grants are theirs to give, and a start that lacks one says so.
  if not pg_has_role('eliza_app', 'eliza_dispatch', 'member') then
    begin grant eliza_dispatch to eliza_app; exception when insufficient_privilege then null; end;
  end if;
  if current_user <> 'eliza_app' then
    begin execute format('grant eliza_app to %I', current_user); exception when insufficient_privilege then null; end;
    begin execute format('grant eliza_dispatch to %I', current_user); exception when insufficient_privilege then null; end;
  end if;
end $$;
`;

const TENANTS = `
create table tenants (
  id uuid primary key,
  name text not null,
  status text not null default 'active' check (status in ('active', 'suspended', 'deleting')),
  weight int not null default 1 check (weight between 1 and 1000),
  created_at timestamptz not null default now()
);

-- How many turns of a tenant may be in flight. Written by whoever sweeps, read by the statement that releases.
create table tenant_shares (
  tenant_id uuid primary key references tenants on delete cascade,
  share int not null check (share > 0),
  updated_at timestamptz not null default now()
);

-- Live workers and their slots; knows no tenant.
create table workers (
  id text primary key,
  slots int not null check (slots > 0),
  seen_at timestamptz not null
);
`;

const AGENTS = `
create table agents (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  name text not null check (name <> ''),
  character jsonb not null,
  version int not null default 1,
  engine text not null default 'native' check (engine in ('native', 'eliza')),
  enabled boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id)
);

create table agent_secrets (
  tenant_id uuid not null,
  agent_id uuid not null,
  name text not null,
  key_id text not null,
  ciphertext bytea not null,
  updated_at timestamptz not null default now(),
  primary key (tenant_id, agent_id, name),
  foreign key (tenant_id, agent_id) references agents on delete cascade
);
`;

const CHANNELS = `
create table message_servers (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  name text not null,
  source_type text not null,
  source_id text,
  metadata jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id)
);

create table channels (
  tenant_id uuid not null,
  id uuid not null,
  message_server_id uuid not null,
  name text not null,
  type text not null,
  source_type text,
  source_id text,
  topic text,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, message_server_id) references message_servers on delete cascade
);
create index channels_of_server on channels (tenant_id, message_server_id, created_at);
create index channels_by_name on channels (tenant_id, name);

-- The channel's counter and lock. Narrow and half empty, so that an update stays within its page.
create table channel_heads (
  tenant_id uuid not null,
  channel_id uuid not null,
  last_seq bigint not null default 0,
  last_at timestamptz not null default '-infinity',
  primary key (tenant_id, channel_id),
  foreign key (tenant_id, channel_id) references channels on delete cascade
) with (fillfactor = 50);

create table channel_participants (
  tenant_id uuid not null,
  channel_id uuid not null,
  entity_id uuid not null,
  position bigint generated always as identity,
  joined_at timestamptz not null default now(),
  primary key (tenant_id, channel_id, entity_id),
  foreign key (tenant_id, channel_id) references channels on delete cascade
);
create index participants_by_entity on channel_participants (tenant_id, entity_id);

create table messages (
  tenant_id uuid not null,
  id uuid not null,
  channel_id uuid not null,
  seq bigint not null,
  author_id uuid not null,
  author_name text,
  content text not null,
  source_type text,
  source_id text,
  in_reply_to uuid,
  metadata jsonb not null default '{}',
  raw_message jsonb,
  client_message_id text,
  content_hash text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, channel_id) references channels on delete cascade
);
-- append_event makes created_at strictly ascending within a channel, so this is also the order of seq.
create unique index messages_in_order on messages (tenant_id, channel_id, created_at);
create unique index messages_by_client_id on messages (tenant_id, channel_id, author_id, client_message_id)
  where client_message_id is not null;

-- What happened in a channel, in order: the source of seq. A reader that missed something asks for what follows.
create table channel_events (
  tenant_id uuid not null,
  channel_id uuid not null,
  seq bigint not null,
  kind text not null check (kind in ('message', 'message_updated', 'message_deleted', 'cleared', 'updated')),
  message_id uuid,
  at timestamptz not null,
  primary key (tenant_id, channel_id, seq),
  foreign key (tenant_id, channel_id) references channels on delete cascade
);
`;

const TURNS = `
-- "Agent A owes an answer to message M": backlog, outbox, run record and dedup key in one row.
create table turns (
  tenant_id uuid not null,
  id uuid not null default gen_random_uuid(),
  channel_id uuid not null,
  agent_id uuid not null,
  message_id uuid not null,
  seq bigint not null,
  depth int not null default 0,
  state text not null default 'waiting'
    check (state in ('waiting', 'released', 'running', 'completed', 'failed', 'cancelled', 'discarded')),
  -- The first unfinished turn of its lane (agent, channel); only a head is released.
  head boolean not null,
  attempt int not null default 0,
  release_no int not null default 0,
  available_at timestamptz not null,
  released_at timestamptz,
  lease_until timestamptz,
  worker text,
  engine text,
  error_kind text,
  error_message text,
  input_tokens int,
  output_tokens int,
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, message_id, agent_id),
  check (head or state not in ('released', 'running')),
  check (not head or state in ('waiting', 'released', 'running')),
  foreign key (tenant_id, channel_id) references channels on delete cascade,
  foreign key (tenant_id, agent_id) references agents on delete cascade
) with (fillfactor = 70);
create unique index turns_one_head_per_lane on turns (tenant_id, agent_id, channel_id) where head;
create index turns_behind_head on turns (tenant_id, agent_id, channel_id, seq) where state = 'waiting' and not head;
create index turns_to_release on turns (tenant_id, available_at) where state = 'waiting' and head;
-- Counts a tenant's share, and finds what was left behind: what is in flight is bounded. The times of lease and
-- release stand in no index, so that a renewal stays within its page.
create index turns_in_flight on turns (tenant_id) where state in ('released', 'running');
create index turns_of_channel on turns (tenant_id, channel_id);

-- Side effects of a turn that must not happen twice.
create table turn_effects (
  tenant_id uuid not null,
  turn_id uuid not null,
  key text not null,
  state text not null check (state in ('started', 'done')),
  result jsonb,
  at timestamptz not null default now(),
  primary key (tenant_id, turn_id, key),
  foreign key (tenant_id, turn_id) references turns on delete cascade
);
`;
