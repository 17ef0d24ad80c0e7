import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The erasure of a tenant as a job that any worker may take and any other may go on with. Its row outlives the tenant: it is
 * what stays, and holds ids, times and counts alone.
 */
export class TenantErasures1764300000100 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(ERASURES);
    await db.query(STAYS_CLOSED);
    await db.query(ERASE);
    await db.query(GRANTS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('What was erased does not come back: restore a backup instead'));
  }
}

const ERASURES = `
create table tenant_erasures (
  id uuid primary key,
  -- Without a foreign key: the tenant goes, this stays.
  tenant_id uuid not null unique,
  -- The operator who asked for it.
  actor text not null,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done')),
  attempt int not null default 0,
  -- Waiting: from when on it may be taken. Running: until when whoever took it holds it.
  due_at timestamptz not null default clock_timestamp(),
  requested_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  -- How many rows went, by table; how many files are still to go.
  erased jsonb not null default '{}',
  files_left bigint,
  -- What was used, by month and kind: sums for the last bill.
  used jsonb
);
create index tenant_erasures_due on tenant_erasures (due_at) where state <> 'done';
`;

const STAYS_CLOSED = `
-- From a tenant that is being erased something is gone already: it never opens again.
create function stay_closed() returns trigger language plpgsql as $$
begin
  new.status := 'deleting';
  return new;
end $$;
create trigger tenants_stay_closed before update of status on tenants
  for each row when (old.status = 'deleting') execute function stay_closed();
`;

const ERASE = `
-- Deletes up to so many rows of a tenant that is being deleted, from whatever tables there are, those that point to others
-- first; nothing is left when it answers no row. Files stay, as their objects go first, and the tenant itself.
-- The rights are the owner's, since the application may not delete from ledger and audit log; the fence holds for the
-- owner too.
create function erase_portion(p_tenant uuid, p_portion int) returns table (relation text, erased bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_left bigint := p_portion;
  v_table record;
  v_count bigint;
begin
  if not exists (select from tenants t where t.id = p_tenant and t.status = 'deleting') then
    raise exception 'This tenant is not being deleted';
  end if;
  -- Without a question the words of messages are not seen.
  perform set_config('app.search', quote_literal(search_tenant(p_tenant)), true);
  for v_table in
    with recursive tied as (
      select 'tenants'::regclass::oid as id, 0 as depth
       union
      select k.conrelid, t.depth + 1 from pg_constraint k join tied t on k.confrelid = t.id
       where k.contype = 'f' and k.conrelid <> k.confrelid and t.depth < 30)
    select c.relname as name, coalesce(i.inhparent::regclass::text, c.relname) as family
      from (select id, max(depth) as depth from tied group by id) t
      join pg_class c on c.oid = t.id and c.relkind = 'r'
      left join pg_inherits i on i.inhrelid = c.oid
     where c.relname not in ('tenants', 'media')
     order by t.depth desc, c.relname
  loop
    execute format('delete from %1$I where tenant_id = $1
                       and ctid = any (array(select ctid from %1$I where tenant_id = $1 limit $2))', v_table.name)
      using p_tenant, v_left;
    get diagnostics v_count = row_count;
    if v_count = 0 then continue; end if;
    relation := v_table.family;
    erased := v_count;
    return next;
    v_left := v_left - v_count;
    exit when v_left <= 0;
  end loop;
end $$;

-- Deletes a tenant of which no file is left. Answers whether it is gone.
create function forget_tenant(p_tenant uuid) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  delete from tenants t where t.id = p_tenant and t.status = 'deleting'
     and not exists (select from media m where m.tenant_id = p_tenant);
  return not exists (select from tenants t where t.id = p_tenant);
end $$;
`;

const GRANTS = `
grant select, insert, update on tenant_erasures to eliza_dispatch;
revoke execute on function erase_portion(uuid, int), forget_tenant(uuid) from public;
grant execute on function erase_portion(uuid, int), forget_tenant(uuid) to eliza_app;
`;
