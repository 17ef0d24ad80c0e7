import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fence } from './1764000000001-tenant-fence.js';

/**
 * What a tenant is called, by which host names it is found, and its keys. A generation rises with every change that
 * somebody who remembers a tenant or a key has to hear of.
 */
export class TenantsAndKeys1764200000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(TENANTS);
    await db.query(KEYS);
    for (const table of ['tenant_hosts', 'api_keys']) await db.query(fence(table));
    await db.query(GENERATIONS);
    await db.query(GRANTS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Keys are not thrown away: drop the database instead'));
  }
}

const TENANTS = `
alter table tenants
  add column slug text check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  add column generation int not null default 1;
-- Both are names by which a tenant is found before it is known: they belong to one tenant alone.
create unique index tenants_by_slug on tenants (slug);

create table tenant_hosts (
  tenant_id uuid not null references tenants (id) on delete cascade,
  host text not null check (host = lower(host) and host <> ''),
  primary key (tenant_id, host)
);
create unique index tenant_hosts_by_host on tenant_hosts (host);
`;

const KEYS = `
create table api_keys (
  tenant_id uuid not null references tenants (id) on delete cascade,
  id uuid not null,
  name text not null,
  scopes text[] not null,
  secret_hash bytea not null check (octet_length(secret_hash) = 32),
  -- The secret before the last rotation, and how long it is still good.
  previous_hash bytea check (octet_length(previous_hash) = 32),
  previous_until timestamptz,
  generation int not null default 1,
  created_at timestamptz not null default clock_timestamp(),
  rotated_at timestamptz,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  primary key (tenant_id, id)
) with (fillfactor = 80);
`;

const GENERATIONS = `
create function raise_generation() returns trigger language plpgsql as $$
begin
  new.generation := old.generation + 1;
  return new;
end $$;
create trigger tenants_generation before update on tenants
  for each row execute function raise_generation();
create trigger api_keys_generation
  before update of scopes, secret_hash, previous_hash, previous_until, expires_at, revoked_at on api_keys
  for each row execute function raise_generation();

create function raise_tenant_generation() returns trigger language plpgsql as $$
begin
  update tenants set generation = generation where id = coalesce(new.tenant_id, old.tenant_id);
  return null;
end $$;
create trigger tenant_hosts_generation after insert or update or delete on tenant_hosts
  for each row execute function raise_tenant_generation();
`;

/** The application makes and changes tenants one at a time, each behind its own fence; it cannot take one away. */
const GRANTS = `
grant insert (id, name, slug, weight), update (name, slug, status, weight, generation) on tenants to eliza_app;
grant select, insert, update, delete on tenant_hosts, api_keys to eliza_app;
grant select (slug, generation) on tenants to eliza_dispatch;
grant select (tenant_id, host) on tenant_hosts to eliza_dispatch;
grant select (tenant_id, id, generation) on api_keys to eliza_dispatch;
create policy dispatch_reads on tenant_hosts for select to eliza_dispatch using (true);
create policy dispatch_reads on api_keys for select to eliza_dispatch using (true);
`;
