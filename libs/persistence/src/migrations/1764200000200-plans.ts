import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What tenants may use: plans, and which one each tenant has. */
export class Plans1764200000200 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(PLANS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Tenants lost their plans: restore a backup instead'));
  }
}

const PLANS = `
-- Limits, quotas and retention by name. Knows no tenant; what a plan leaves out is as the code has it.
create table plans (
  name text primary key check (name ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
  limits jsonb not null default '{}',
  quotas jsonb not null default '{}',
  retention jsonb not null default '{}',
  updated_at timestamptz not null default clock_timestamp()
);
insert into plans (name) values ('default');
alter table tenants add column plan text not null default 'default' references plans;
grant select on plans to eliza_app;

create function plan_of(p_tenant uuid) returns table (name text, limits jsonb, quotas jsonb, retention jsonb)
language sql stable as $$
  select p.name, p.limits, p.quotas, p.retention from tenants t join plans p on p.name = t.plan where t.id = p_tenant;
$$;
`;
