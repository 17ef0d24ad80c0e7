import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fence } from './1764000000001-tenant-fence.js';

/** Who did what, for every act that administers a tenant or touches its security. The application only ever adds. */
export class AuditLog1764200000300 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(TABLES);
    for (const table of ['audit_log', 'audit_log_rest']) await db.query(fence(table));
    await db.query('grant select, insert on audit_log to eliza_app');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('An audit log is not thrown away: drop the database instead'));
  }
}

const TABLES = `
create table audit_log (
  tenant_id uuid not null references tenants on delete cascade,
  at timestamptz not null default clock_timestamp(),
  entry bigint generated always as identity,
  -- open, key, user, operator, and which of them.
  actor_kind text not null,
  actor text not null,
  address text,
  action text not null,
  object_type text,
  object_id text,
  -- 'done', or the code of the error that the caller was told.
  outcome text not null,
  request_id text,
  primary key (tenant_id, at, entry)
) partition by range (at);
create index audit_log_by_action on audit_log (tenant_id, action, at);
create table audit_log_rest partition of audit_log default;
`;
