import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What those who run the installation need: to write plans, to give one to a tenant, a log of their own, and to find
 * entries of all tenants' logs by time. All of it but a tenant's plan is done in the role that sees no content.
 */
export class Operators1764300000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(PLANS);
    await db.query(LOG);
    await db.query(ENTRIES);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('A log is not thrown away: drop the database instead'));
  }
}

const PLANS = `
grant select, insert, update, delete on plans to eliza_dispatch;
grant insert (plan), update (plan) on tenants to eliza_app;
grant select (plan) on tenants to eliza_dispatch;
create index tenants_by_plan on tenants (plan);
`;

const LOG = `
-- What operators did that is about no tenant that is there, and who was kept from doing as operators do. The
-- application only ever adds to it, and not while it is inside of a tenant.
create table operator_log (
  at timestamptz not null default clock_timestamp(),
  entry bigint generated always as identity,
  actor_kind text not null,
  actor text not null,
  address text,
  action text not null,
  object_type text,
  object_id text,
  outcome text not null,
  request_id text,
  primary key (at, entry)
);
grant select, insert on operator_log to eliza_dispatch;
`;

/** Where an entry stands, and what it is looked for by; all else is read inside of its tenant. */
const ENTRIES = `
create index audit_log_by_time on audit_log (at, entry);
grant select (tenant_id, at, entry, actor, action, object_id) on audit_log to eliza_dispatch;
create policy dispatch_reads on audit_log for select to eliza_dispatch using (true);
`;
