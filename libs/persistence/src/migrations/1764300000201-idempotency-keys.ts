import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fence } from './1764000000001-tenant-fence.js';

/** Requests that were sent under an `Idempotency-Key`, and what was answered, for a day: who asks again gets the same. */
export class IdempotencyKeys1764300000201 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(KEYS);
    await db.query(fence('idempotency_keys'));
    await db.query(CLAIM);
    await db.query(GRANTS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Requests would be done twice: restore a backup instead'));
  }
}

const KEYS = `
create table idempotency_keys (
  tenant_id uuid not null references tenants on delete cascade,
  -- Hash of who asks, for what, under which key.
  id text not null,
  request_hash text not null,
  -- Of whoever does it now, or did it.
  claim uuid not null,
  claimed_until timestamptz not null,
  -- Null while it is under way.
  status int,
  -- Null too for an answer that is too large to be kept.
  body text,
  expires_at timestamptz not null,
  primary key (tenant_id, id)
);
create index idempotency_keys_to_purge on idempotency_keys (expires_at);
`;

const CLAIM = `
-- Takes a request to do it, in one of these: claimed; done (with its answer); under_way; different (the key was used for
-- something else). One whose claim ended without an answer is taken over: whoever had it died.
create function claim_request(p_tenant uuid, p_id text, p_hash text, p_claim uuid, p_hold_ms int, p_keep_ms int)
returns table (outcome text, status int, body text) language plpgsql as $$
begin
  insert into idempotency_keys as k (tenant_id, id, request_hash, claim, claimed_until, expires_at)
  values (p_tenant, p_id, p_hash, p_claim, clock_timestamp() + make_interval(secs => p_hold_ms / 1000.0),
          clock_timestamp() + make_interval(secs => p_keep_ms / 1000.0))
  on conflict (tenant_id, id) do update
    set request_hash = excluded.request_hash, claim = excluded.claim, claimed_until = excluded.claimed_until,
        expires_at = excluded.expires_at, status = null, body = null
  where k.expires_at <= clock_timestamp()
     or (k.status is null and k.request_hash = excluded.request_hash and k.claimed_until <= clock_timestamp());
  if found then
    return query select 'claimed', null::int, null::text;
    return;
  end if;
  return query
    select case when k.request_hash <> p_hash then 'different' when k.status is null then 'under_way' else 'done' end,
           k.status, k.body
      from idempotency_keys k where k.tenant_id = p_tenant and k.id = p_id;
end $$;

create function settle_request(p_tenant uuid, p_id text, p_claim uuid, p_status int, p_body text) returns void
language plpgsql as $$
begin
  update idempotency_keys k set status = p_status, body = p_body
   where k.tenant_id = p_tenant and k.id = p_id and k.claim = p_claim and k.status is null;
end $$;

create function release_request(p_tenant uuid, p_id text, p_claim uuid) returns void language plpgsql as $$
begin
  delete from idempotency_keys k
   where k.tenant_id = p_tenant and k.id = p_id and k.claim = p_claim and k.status is null;
end $$;

create function purge_requests(p_tenant uuid, p_most int) returns int language plpgsql as $$
declare
  v_gone int;
begin
  delete from idempotency_keys k where k.tenant_id = p_tenant and k.id in (
    select d.id from idempotency_keys d where d.tenant_id = p_tenant and d.expires_at <= clock_timestamp() limit p_most);
  get diagnostics v_gone = row_count;
  return v_gone;
end $$;
`;

const GRANTS = `
grant select, insert, update, delete on idempotency_keys to eliza_app;
grant select (tenant_id, expires_at) on idempotency_keys to eliza_dispatch;
create policy dispatch_reads on idempotency_keys for select to eliza_dispatch using (true);
`;
