import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fence } from './1764000000001-tenant-fence.js';

/** Files: one row for each, written before its object and deleted after it, so that no object is ever unknown. */
export class Media1764200000400 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(MEDIA);
    await db.query(fence('media'));
    await db.query(FUNCTIONS);
    await db.query(GRANTS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Files are not forgotten: drop the database instead'));
  }
}

const MEDIA = `
create table media (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  -- Agents and channels need not exist yet: ElizaOS's clients may upload before they make a channel.
  owner_kind text not null check (owner_kind in ('agent', 'channel', 'generated')),
  owner_id uuid not null,
  -- The last part of its path and key; ours, never the uploader's.
  file text not null check (file <> ''),
  original_name text not null,
  type text not null,
  -- While pending: what it may grow to, so that a quota counts what is on its way.
  size bigint not null check (size >= 0),
  -- sha256 in hexadecimal
  checksum text,
  state text not null default 'pending' check (state in ('pending', 'ready', 'deleting')),
  uploader_id uuid,
  -- Of an upload in parts: what S3 calls it.
  s3_upload_id text,
  created_at timestamptz not null default clock_timestamp(),
  -- Of one that is not ready: when it is swept. Until then a pending one may be published.
  expires_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, owner_kind, owner_id, file),
  check (state <> 'ready' or checksum is not null),
  check (state = 'ready' or expires_at is not null)
);
-- How much a tenant stores is read from this alone.
create index media_bytes on media (tenant_id) include (size) where state <> 'deleting';
create index media_to_sweep on media (expires_at) where state <> 'ready';
`;

const FUNCTIONS = `
create function reserve_media(p_tenant uuid, p_media jsonb, p_for_ms int) returns timestamptz
language sql volatile as $$
  insert into media (tenant_id, id, owner_kind, owner_id, file, original_name, type, size, uploader_id, expires_at)
  select p_tenant, m.id, m."ownerKind", m."ownerId", m.file, m."originalName", m.type, m.size, m."uploaderId",
         clock_timestamp() + make_interval(secs => p_for_ms / 1000.0)
    from jsonb_to_record(p_media) as m(id uuid, "ownerKind" text, "ownerId" uuid, file text, "originalName" text,
                                       type text, size bigint, "uploaderId" uuid)
  returning created_at
$$;

-- False when it is no longer pending: its owner was deleted meanwhile, or it took too long and was swept.
create function publish_media(p_tenant uuid, p_id uuid, p_size bigint, p_checksum text) returns boolean
language plpgsql volatile as $$
begin
  update media set state = 'ready', size = p_size, checksum = p_checksum, expires_at = null, s3_upload_id = null
   where tenant_id = p_tenant and id = p_id and state = 'pending';
  return found;
end $$;

create function find_media(p_tenant uuid, p_owner_kind text, p_owner_id uuid, p_file text) returns setof media
language plpgsql stable rows 1 as $$
begin
  return query select * from media
    where tenant_id = p_tenant and owner_kind = p_owner_kind and owner_id = p_owner_id and file = p_file
      and state = 'ready';
end $$;
`;

const GRANTS = `
grant select, insert, update, delete on media to eliza_app;
grant select (tenant_id, id, state, expires_at) on media to eliza_dispatch;
create policy dispatch_reads on media for select to eliza_dispatch using (true);
`;
