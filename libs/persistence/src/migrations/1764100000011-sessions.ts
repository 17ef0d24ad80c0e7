import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fence } from './1764000000001-tenant-fence.js';

/** Sessions: a person's conversation with an agent that ends by itself. */
export class Sessions1764100000011 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(SESSIONS);
    await db.query(fence('sessions'));
    await db.query(GRANTS);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table sessions');
  }
}

const SESSIONS = `
-- Whether a session is over is decided by expires_at and the clock of Postgres alone.
create table sessions (
  tenant_id uuid not null,
  id uuid not null,
  channel_id uuid not null,
  agent_id uuid not null,
  user_id uuid not null,
  metadata jsonb not null default '{}',
  timeout_minutes double precision not null check (timeout_minutes > 0),
  auto_renew boolean not null,
  max_duration_minutes double precision not null check (max_duration_minutes > 0),
  warning_threshold_minutes double precision not null check (warning_threshold_minutes >= 0),
  created_at timestamptz not null,
  last_activity_at timestamptz not null,
  expires_at timestamptz not null,
  renewal_count int not null default 0,
  primary key (tenant_id, id),
  foreign key (tenant_id, channel_id) references channels on delete cascade,
  foreign key (tenant_id, agent_id) references agents on delete cascade
) with (fillfactor = 80);
create index sessions_in_order on sessions (tenant_id, created_at desc);
create index sessions_of_user on sessions (tenant_id, user_id, created_at desc);
create index sessions_of_channel on sessions (tenant_id, channel_id);
create index sessions_of_agent on sessions (tenant_id, agent_id);
create index sessions_to_expire on sessions (expires_at);
`;

const GRANTS = `
grant select, insert, update, delete on sessions to eliza_app;
grant select (tenant_id, id, expires_at) on sessions to eliza_dispatch;
create policy dispatch_reads on sessions for select to eliza_dispatch using (true);
`;
