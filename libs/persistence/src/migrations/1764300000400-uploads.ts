import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fence } from './1764000000001-tenant-fence.js';

/**
 * Uploads that take several requests: straight to S3, or in parts. One row for each, beside the row of its file, which is
 * pending until the upload is complete. It outlives the file: what may still arrive at S3 under its name is swept by it.
 */
export class Uploads1764300000400 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(UPLOADS);
    await db.query(fence('uploads'));
    await db.query(GRANTS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Files are not forgotten: drop the database instead'));
  }
}

const UPLOADS = `
create table uploads (
  tenant_id uuid not null references tenants on delete cascade,
  -- The id of its file, too.
  id uuid not null,
  way text not null check (way in ('form', 'parts')),
  -- Where its file is, also when the file's row is gone.
  owner_kind text not null check (owner_kind in ('agent', 'channel', 'generated')),
  owner_id uuid not null,
  file text not null check (file <> ''),
  original_name text not null,
  size bigint not null check (size > 0),
  -- What its uploader says it is; once it is ready, what it is.
  type text not null,
  -- sha256 in hexadecimal, where the uploader knows it beforehand.
  checksum text,
  uploader_id uuid,
  -- Of one in parts: what S3 calls it.
  s3_upload_id text,
  state text not null default 'open' check (state in ('open', 'ready', 'refused', 'aborted')),
  -- Until when somebody has taken it to complete it.
  completing_until timestamptz,
  -- Why it was refused: code and message.
  fault jsonb,
  created_at timestamptz not null default clock_timestamp(),
  -- Nothing is taken any more from then on, and what it left at S3 is swept.
  expires_at timestamptz not null,
  primary key (tenant_id, id),
  check ((fault is not null) = (state = 'refused'))
);
create index uploads_to_sweep on uploads (expires_at);
`;

const GRANTS = `
grant select, insert, update, delete on uploads to eliza_app;
grant select (tenant_id, id, expires_at) on uploads to eliza_dispatch;
create policy dispatch_reads on uploads for select to eliza_dispatch using (true);
`;
