import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fence } from './1764000000001-tenant-fence.js';

/** Jobs: one question to an agent whose answer is fetched later. */
export class Jobs1764100000012 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(JOBS);
    await db.query(fence('jobs'));
    await db.query(GRANTS);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table jobs');
  }
}

const JOBS = `
-- How far a job is follows from the turn of the first message in its channel; nothing here is ever changed.
create table jobs (
  tenant_id uuid not null,
  id uuid not null,
  channel_id uuid not null,
  agent_id uuid not null,
  user_id uuid not null,
  content text not null,
  metadata jsonb not null default '{}',
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, channel_id) references channels on delete cascade,
  foreign key (tenant_id, agent_id) references agents on delete cascade
);
create index jobs_in_order on jobs (tenant_id, created_at desc);
create index jobs_of_user on jobs (tenant_id, user_id, created_at desc);
create index jobs_of_channel on jobs (tenant_id, channel_id);
create index jobs_of_agent on jobs (tenant_id, agent_id);
create index jobs_to_expire on jobs (expires_at);
`;

const GRANTS = `
grant select, insert, update, delete on jobs to eliza_app;
grant select (tenant_id, id, expires_at) on jobs to eliza_dispatch;
create policy dispatch_reads on jobs for select to eliza_dispatch using (true);
`;
