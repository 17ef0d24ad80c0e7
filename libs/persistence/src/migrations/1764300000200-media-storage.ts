import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fence } from './1764000000001-tenant-fence.js';

/**
 * How much a tenant stores, counted in the statement that changes a row of a file, whoever changes it and in whichever way:
 * the count cannot differ from the rows. A file on its way counts with what it may grow to.
 */
export class MediaStorage1764300000200 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(STORAGE);
    await db.query(fence('media_storage'));
    await db.query('grant select, insert, update on media_storage to eliza_app');
    await db.query(COUNT);
    await db.query(TRIGGERS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Tenants would store without bounds: restore a backup instead'));
  }
}

const STORAGE = `
create table media_storage (
  tenant_id uuid primary key references tenants on delete cascade,
  ready_bytes bigint not null default 0,
  pending_bytes bigint not null default 0
);
-- Forced row security would hide every row from its owner.
alter table media no force row level security;
insert into media_storage (tenant_id, ready_bytes, pending_bytes)
select tenant_id, coalesce(sum(size) filter (where state = 'ready'), 0), coalesce(sum(size) filter (where state = 'pending'), 0)
  from media group by tenant_id;
alter table media force row level security;
-- It was there to add up what is counted now.
drop index media_bytes;
`;

const COUNT = `
-- How much more a tenant may store, what is on its way included; null where its plan sets no bound.
create function storage_left(p_tenant uuid) returns bigint language sql stable as $$
  select (p.quotas ->> 'storageBytes')::bigint
         - coalesce((select s.ready_bytes + s.pending_bytes from media_storage s where s.tenant_id = p_tenant), 0)
    from tenants t join plans p on p.name = t.plan where t.id = p_tenant;
$$;

-- The row of the tenant is locked from here to the commit: of uploads at the same time each sees those before it, so a
-- quota is never passed. What is made of a file is counted and not refused. A tenant that is being deleted has no row.
create function count_storage(p_tenant uuid, p_ready numeric, p_pending numeric, p_asks boolean) returns void
language plpgsql as $$
declare
  v_ready bigint := coalesce(p_ready, 0);
  v_pending bigint := coalesce(p_pending, 0);
begin
  if v_ready = 0 and v_pending = 0 then
    return;
  end if;
  update media_storage s set ready_bytes = s.ready_bytes + v_ready, pending_bytes = s.pending_bytes + v_pending
   where s.tenant_id = p_tenant;
  if v_ready + v_pending <= 0 then
    return;
  end if;
  if not found then
    insert into media_storage as s (tenant_id, ready_bytes, pending_bytes) values (p_tenant, v_ready, v_pending)
    on conflict (tenant_id) do update set ready_bytes = s.ready_bytes + v_ready, pending_bytes = s.pending_bytes + v_pending;
  end if;
  if p_asks and storage_left(p_tenant) < 0 then
    raise exception using errcode = 'EQ001', message = 'storageBytes';
  end if;
end $$;

create function count_media() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    perform count_storage(a.tenant_id, sum(a.size) filter (where a.state = 'ready'),
                          sum(a.size) filter (where a.state = 'pending'), bool_or(a.derived_from is null))
       from added a group by a.tenant_id;
  elsif tg_op = 'DELETE' then
    perform count_storage(g.tenant_id, -sum(g.size) filter (where g.state = 'ready'),
                          -sum(g.size) filter (where g.state = 'pending'), false)
       from gone g group by g.tenant_id;
  else
    perform count_storage(c.tenant_id, sum(c.bytes) filter (where c.state = 'ready'),
                          sum(c.bytes) filter (where c.state = 'pending'), bool_or(c.derived_from is null))
       from (select a.tenant_id, a.state, a.size as bytes, a.derived_from from added a union all
             select g.tenant_id, g.state, -g.size, g.derived_from from gone g) c
      group by c.tenant_id;
  end if;
  return null;
end $$;
`;

const TRIGGERS = `
create trigger media_added after insert on media referencing new table as added
  for each statement execute function count_media();
create trigger media_changed after update on media referencing old table as gone new table as added
  for each statement execute function count_media();
create trigger media_gone after delete on media referencing old table as gone
  for each statement execute function count_media();
`;
