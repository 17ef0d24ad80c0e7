import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a tenant that is not served has to do waits until it is served again. Nothing else about releasing changes. */
export class SuspendedTenantsRest1764300000002 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(RELEASE);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Functions are replaced by later migrations, not undone'));
  }
}

const RELEASE = `
-- Releases heads of the tenant's lanes, oldest first, up to its share; none of a tenant that is not served. In flight is
-- counted from rows, here. The priority is the number of the tenant's turns in flight, so a first turn overtakes another
-- tenant's tenth.
create or replace function release_turns(p_tenant uuid, p_default_share int)
returns table (turn_id uuid, attempt int, release_no int, priority int) language plpgsql as $$
declare
  v_in_flight int;
  v_capacity int;
begin
  if not exists (select from tenants n where n.id = p_tenant and n.status = 'active') then return; end if;
  select count(*) into v_in_flight from turns t where t.tenant_id = p_tenant and t.state in ('released', 'running');
  select coalesce((select s.share from tenant_shares s where s.tenant_id = p_tenant), p_default_share) - v_in_flight
    into v_capacity;
  if v_capacity <= 0 then return; end if;
  return query
  with due as (
    select t.id from turns t
     where t.tenant_id = p_tenant and t.state = 'waiting' and t.head and t.available_at <= clock_timestamp()
     order by t.available_at, t.id limit v_capacity
     for update skip locked),
  released as (
    update turns t
       set state = 'released', released_at = clock_timestamp(), release_no = t.release_no + 1
      from due where t.tenant_id = p_tenant and t.id = due.id
    returning t.id, t.attempt, t.release_no, t.available_at)
  select r.id, r.attempt, r.release_no, (v_in_flight + row_number() over (order by r.available_at, r.id))::int
    from released r;
end $$;
`;
