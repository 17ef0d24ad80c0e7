import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fence } from './1764000000001-tenant-fence.js';

/**
 * What tenants used: a row per event, written in the transaction of what it counts, and sums per month. Partitioned by
 * month, so that what is past its time is dropped and not deleted.
 */
export class UsageLedger1764200000201 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(TABLES);
    for (const table of ['usage_ledger', 'usage_ledger_rest', 'usage_months', 'usage_marks']) {
      await db.query(fence(table));
    }
    await db.query(GRANTS);
    await db.query(USED);
    await db.query(METERS);
    await db.query(ROLL_UP);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('The ledger would be lost: restore a backup instead'));
  }
}

const TABLES = `
create table usage_ledger (
  tenant_id uuid not null references tenants on delete cascade,
  at timestamptz not null default clock_timestamp(),
  kind text not null check (kind in ('messages', 'inputTokens', 'outputTokens', 'audioSeconds', 'toolCalls')),
  -- The message, turn or file that this was for. Several attempts of a turn have a row each.
  subject_id uuid not null,
  quantity bigint not null check (quantity > 0),
  agent_id uuid,
  entry bigint generated always as identity,
  primary key (tenant_id, at, entry)
) partition by range (at);

-- Takes what no month's partition is there for, so that nothing is ever refused for want of one.
create table usage_ledger_rest partition of usage_ledger default;

create table usage_months (
  tenant_id uuid not null references tenants on delete cascade,
  month date not null,
  kind text not null,
  quantity bigint not null,
  primary key (tenant_id, month, kind)
);

-- Up to where the ledger is summed up in months.
create table usage_marks (
  tenant_id uuid primary key references tenants on delete cascade,
  rolled_until timestamptz not null
);
`;

/** The ledger is only ever added to. */
const GRANTS = `
grant select, insert on usage_ledger to eliza_app;
grant select, insert, update on usage_months, usage_marks to eliza_app;
grant select (tenant_id, at) on usage_ledger to eliza_dispatch;
grant select on usage_marks to eliza_dispatch;
create policy dispatch_reads on usage_ledger for select to eliza_dispatch using (true);
create policy dispatch_reads on usage_marks for select to eliza_dispatch using (true);
`;

const USED = `
create function usage_month(p_at timestamptz) returns date language sql immutable as $$
  select date_trunc('month', p_at at time zone 'UTC')::date;
$$;

-- What a tenant used of a kind this month, to the last committed row: the sum so far, and what came since.
create function used_this_month(p_tenant uuid, p_kind text) returns bigint language sql stable as $$
  select coalesce((select m.quantity from usage_months m
                    where m.tenant_id = p_tenant and m.kind = p_kind and m.month = usage_month(clock_timestamp())), 0)
       + coalesce((select sum(l.quantity) from usage_ledger l
                    where l.tenant_id = p_tenant and l.kind = p_kind
                      and l.at > coalesce((select k.rolled_until from usage_marks k where k.tenant_id = p_tenant), '-infinity')
                      and l.at >= usage_month(clock_timestamp())::timestamp at time zone 'UTC'), 0)::bigint;
$$;

-- The first of these kinds that a tenant has used up this month; null when none is, or when its plan sets no bound.
create function used_up(p_tenant uuid, p_kinds text[]) returns text language sql stable as $$
  select kind from tenants t join plans p on p.name = t.plan, lateral unnest(p_kinds) as kind
   where t.id = p_tenant and p.quotas ? kind and used_this_month(p_tenant, kind) >= (p.quotas ->> kind)::bigint
   limit 1;
$$;
`;

const METERS = `
-- A message may be refused, and an accepted one is counted. Refusals carry a state of their own, which the caller is
-- told as QUOTA_EXCEEDED.
create function meter_message(p_tenant uuid, p_message uuid) returns void language plpgsql as $$
declare
  v_kind text := used_up(p_tenant, '{messages,inputTokens,outputTokens}');
begin
  if v_kind is not null then
    raise exception using errcode = 'EQ001', message = v_kind;
  end if;
  insert into usage_ledger (tenant_id, kind, subject_id, quantity) values (p_tenant, 'messages', p_message, 1);
end $$;

-- Whatever is added to the tokens of a turn is added to the ledger: the two can never differ.
create function meter_turn() returns trigger language plpgsql as $$
begin
  insert into usage_ledger (tenant_id, kind, subject_id, quantity, agent_id)
  select new.tenant_id, kind, new.id, added, new.agent_id
    from (values ('inputTokens', coalesce(new.input_tokens, 0) - coalesce(old.input_tokens, 0)),
                 ('outputTokens', coalesce(new.output_tokens, 0) - coalesce(old.output_tokens, 0))) as used (kind, added)
   where added > 0;
  return null;
end $$;
create trigger meter_turn after update of input_tokens, output_tokens on turns for each row
  when (new.input_tokens is distinct from old.input_tokens or new.output_tokens is distinct from old.output_tokens)
  execute function meter_turn();
`;

const ROLL_UP = `
-- Adds to the months what is older than any transaction can still be running, a minute. Answers how many rows.
create function roll_up_usage(p_tenant uuid) returns bigint language plpgsql as $$
declare
  v_from timestamptz;
  v_until timestamptz := clock_timestamp() - interval '1 minute';
  v_rows bigint;
begin
  insert into usage_marks (tenant_id, rolled_until) values (p_tenant, '-infinity') on conflict do nothing;
  select k.rolled_until into v_from from usage_marks k where k.tenant_id = p_tenant for update;
  with due as (
    select usage_month(l.at) as month, l.kind, sum(l.quantity) as quantity, count(*) as rows from usage_ledger l
     where l.tenant_id = p_tenant and l.at > v_from and l.at <= v_until group by 1, 2),
  added as (
    insert into usage_months as m (tenant_id, month, kind, quantity)
    select p_tenant, due.month, due.kind, due.quantity from due
    on conflict (tenant_id, month, kind) do update set quantity = m.quantity + excluded.quantity)
  select coalesce(sum(due.rows), 0) into v_rows from due;
  update usage_marks k set rolled_until = v_until where k.tenant_id = p_tenant and k.rolled_until < v_until;
  return v_rows;
end $$;
`;
