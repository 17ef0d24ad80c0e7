import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fence } from './1764000000001-tenant-fence.js';

/**
 * Events of channels and logs of agents are partitioned by week, so that what is past its time is dropped and not deleted.
 * What there is by now becomes one partition, as it stands; from the week after next on each has its own.
 */
export class Partitions1764300000110 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(EVENTS);
    await db.query(LOGS);
    for (const table of ['channel_events', 'agent_logs']) {
      await db.query(fence(table));
      await db.query(fence(`${table}_rest`));
      await db.query(`grant select, insert, update, delete on ${table} to eliza_app`);
    }
    await db.query(LIST);
    await db.query(MAKE);
    await db.query(FORGET);
    await db.query(GRANTS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Partitions are not put together again: restore a backup instead'));
  }
}

/** Until when what there is reaches: events may be a little ahead of the clock. */
const ATTACH_PAST = (table: string, column: string): string => `
do $$ begin
  execute format('alter table ${table} attach partition ${table}_past for values from (minvalue) to (%L)',
                 date_trunc('week', now() at time zone 'UTC') at time zone 'UTC' + interval '14 days');
end $$;
create table ${table}_rest partition of ${table} default;
-- Of these two, which are of no one week, rows go by their age: a summary of their pages finds the old ones.
create index ${table}_past_by_age on ${table}_past using brin (${column}) with (pages_per_range = 32);
create index ${table}_rest_by_age on ${table}_rest using brin (${column}) with (pages_per_range = 32);
revoke all on ${table}_past from eliza_app, eliza_dispatch;
`;

const EVENTS = `
alter table channel_events rename to channel_events_past;
alter table channel_events_past drop constraint channel_events_pkey,
  add constraint channel_events_past_pkey primary key (tenant_id, channel_id, seq, at);
-- That no place is given twice is the work of the channel's head, under whose lock it is taken.
create table channel_events (
  like channel_events_past including defaults including constraints,
  primary key (tenant_id, channel_id, seq, at),
  foreign key (tenant_id, channel_id) references channels on delete cascade
) partition by range (at);
${ATTACH_PAST('channel_events', 'at')}
`;

const LOGS = `
alter table agent_logs rename to agent_logs_past;
alter index logs_of_turn rename to agent_logs_past_of_turn;
alter index logs_of_room rename to agent_logs_past_of_room;
drop index logs_by_age;
drop policy dispatch_reads on agent_logs_past;
alter table agent_logs_past drop constraint agent_logs_pkey,
  add constraint agent_logs_past_pkey primary key (tenant_id, agent_id, id, created_at);
create table agent_logs (
  like agent_logs_past including defaults including constraints,
  primary key (tenant_id, agent_id, id, created_at),
  foreign key (tenant_id, agent_id) references agents on delete cascade,
  foreign key (tenant_id, turn_id) references turns on delete cascade
) partition by range (created_at);
create index logs_of_turn on agent_logs (tenant_id, turn_id, id) where turn_id is not null;
create index logs_of_room on agent_logs (tenant_id, agent_id, room_id, id);
-- Steps that tell texts and not only their sizes: these go by a time of their own.
create index logs_with_texts on agent_logs (tenant_id, created_at) where body ? 'texts';
${ATTACH_PAST('agent_logs', 'created_at')}
`;

const LIST = `
-- What is partitioned by time: by which column, in which steps, how far ahead, and for how many days nothing of it can be
-- forgotten, whatever is asked for. Beside its partitions each has one for the rest, so that nothing is ever refused.
create function partitioned_tables()
returns table (family text, key text, step interval, period text, suffix text, ahead interval, least_days int)
language sql immutable as $$
  values ('usage_ledger', 'at', interval '1 month', 'month', '_YYYY_MM', interval '6 months', 31),
         ('audit_log', 'at', interval '1 month', 'month', '_YYYY_MM', interval '6 months', 31),
         ('channel_events', 'at', interval '7 days', 'week', '_YYYY_MM_DD', interval '56 days', 1),
         ('agent_logs', 'created_at', interval '7 days', 'week', '_YYYY_MM_DD', interval '56 days', 1);
$$;

-- All partitions. since is null in the first, both are in the one for the rest.
create function partitions() returns table (family text, name text, key text, since timestamptz, until timestamptz)
language sql stable as $$
  select f.family, c.relname::text, f.key, nullif(b.bounds[1], 'MINVALUE')::timestamptz, b.bounds[2]::timestamptz
    from partitioned_tables() f
    join pg_inherits i on i.inhparent = to_regclass('public.' || f.family)
    join pg_class c on c.oid = i.inhrelid
    left join lateral regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \\(''?([^'')]*)''?\\) TO \\(''?([^'')]*)''?\\)')
      as b (bounds) on true;
$$;
`;

const MAKE = `
-- Makes the partitions of the time to come, where they are missing, and answers their names. They are attached when they
-- are ready, so that readers and writers wait for a moment at most, and it gives up when it had to wait itself. A time of
-- which the rest has rows already keeps them there.
create function make_partitions() returns setof text
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '1s' set timezone = 'UTC' as $$
declare
  v record;
begin
  if not pg_try_advisory_xact_lock(hashtext('make_partitions')) then return; end if;
  for v in
    select f.family, f.family || to_char(m, f.suffix) as name, m as since, m + f.step as until
      from partitioned_tables() f,
           lateral generate_series(date_trunc(f.period, now()), date_trunc(f.period, now()) + f.ahead, f.step) m
     where not exists (select from partitions() p
                        where p.family = f.family and p.until >= m + f.step and coalesce(p.since, '-infinity') <= m)
     order by f.family, m
  loop
    begin
      execute format('create table %I (like %I including all excluding identity)', v.name, v.family);
      execute format('alter table %I enable row level security, force row level security', v.name);
      execute format('create policy tenant_fence on %I using (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid)
                        with check (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid)', v.name);
      execute format('alter table %I attach partition %I for values from (%L) to (%L)', v.family, v.name, v.since, v.until);
      return next v.name;
    exception when check_violation then null;
    end;
  end loop;
end $$;
`;

const FORGET = `
-- Drops a partition whose time is over. That no tenant needs it any more is for the caller to know. False when there is
-- none of that name.
create function drop_partition(p_name text) returns boolean
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '1s' as $$
begin
  if not exists (
    select from partitions() p join partitioned_tables() f on f.family = p.family
     where p.name = p_name and p.until <= now() - make_interval(days => f.least_days)) then
    return false;
  end if;
  execute format('drop table %I', p_name);
  return true;
end $$;

-- Deletes up to so many of a tenant's rows of a partition that are older than that. What the application may only add
-- to goes here alone, and of the ledger only what stands in the sums of its months.
create function forget_old(p_tenant uuid, p_partition text, p_before timestamptz, p_portion int) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v record;
  v_before timestamptz;
  v_count bigint;
begin
  select p.name, p.family, p.key, f.least_days into v
    from partitions() p join partitioned_tables() f on f.family = p.family where p.name = p_partition;
  if not found then return 0; end if;
  v_before := least(p_before, now() - make_interval(days => v.least_days));
  if v.family = 'usage_ledger' then
    v_before := least(v_before, coalesce((select k.rolled_until from usage_marks k where k.tenant_id = p_tenant), '-infinity'));
  end if;
  execute format('delete from %1$I where tenant_id = $1 and ctid = any (array(
                    select ctid from %1$I where tenant_id = $1 and %2$I < $2 limit $3 for update skip locked))', v.name, v.key)
    using p_tenant, v_before, p_portion;
  get diagnostics v_count = row_count;
  return v_count;
end $$;
`;

const GRANTS = `
revoke execute on function make_partitions(), drop_partition(text), forget_old(uuid, text, timestamptz, int) from public;
grant execute on function make_partitions(), drop_partition(text) to eliza_dispatch;
grant execute on function forget_old(uuid, text, timestamptz, int) to eliza_app;
grant select (tenant_id, at) on channel_events to eliza_dispatch;
grant select (tenant_id, created_at) on agent_logs to eliza_dispatch;
create policy dispatch_reads on channel_events for select to eliza_dispatch using (true);
create policy dispatch_reads on agent_logs for select to eliza_dispatch using (true);
`;
