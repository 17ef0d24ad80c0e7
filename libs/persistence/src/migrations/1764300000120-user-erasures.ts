import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fence } from './1764000000001-tenant-fence.js';

/** The erasure of an end user as a job that any worker may take and any other may go on with. */
export class UserErasures1764300000120 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(TABLE);
    await db.query(fence('user_erasures'));
    await db.query(GRANTS);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table user_erasures');
  }
}

const TABLE = `
create table user_erasures (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  entity_id uuid not null,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done')),
  attempt int not null default 0,
  -- Waiting: from when on it may be taken. Running: until when whoever took it holds it.
  due_at timestamptz not null default clock_timestamp(),
  requested_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  -- How many of what kind went.
  erased jsonb not null default '{}',
  primary key (tenant_id, id)
);
create unique index user_erasures_open on user_erasures (tenant_id, entity_id) where state <> 'done';
create index user_erasures_due on user_erasures (due_at) where state <> 'done';
`;

const GRANTS = `
grant select, insert, update on user_erasures to eliza_app;
grant select (tenant_id, id, state, due_at) on user_erasures to eliza_dispatch;
create policy dispatch_reads on user_erasures for select to eliza_dispatch using (true);
`;
