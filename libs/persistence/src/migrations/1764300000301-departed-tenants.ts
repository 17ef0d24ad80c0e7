import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A tenant that is deleted takes its rows along, those of its files too: what remains to be known is that its objects
 * are to be looked for. Whoever deletes it need not think of it.
 */
export class DepartedTenants1764300000301 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(DEPARTED);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Files are not forgotten: drop the database instead'));
  }
}

/** Whoever may delete a tenant has to be able to leave this note; only the dispatch role reads and ends it. */
const DEPARTED = `
create table departed_tenants (
  tenant_id uuid primary key,
  departed_at timestamptz not null default clock_timestamp(),
  -- When its objects are looked for.
  due_at timestamptz not null default clock_timestamp()
);
create function note_departure() returns trigger language plpgsql as $$
begin
  insert into departed_tenants (tenant_id) values (old.id) on conflict do nothing;
  return null;
end $$;
create trigger tenant_departed after delete on tenants for each row execute function note_departure();
grant insert on departed_tenants to eliza_app;
grant select, update, delete on departed_tenants to eliza_dispatch;
`;
