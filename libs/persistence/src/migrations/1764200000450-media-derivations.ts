import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fence } from './1764000000001-tenant-fence.js';

/**
 * What is made of files: small pictures, words, the length of sound. One row for each file something can be made of; it is
 * backlog, outbox and result in one, and jobs only point at it. Files that are made are files like others.
 */
export class MediaDerivations1764200000450 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(DERIVATIONS);
    await db.query(fence('media_derivations'));
    await db.query(TRIGGERS);
    await db.query(GRANTS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Files are not forgotten: drop the database instead'));
  }
}

const DERIVATIONS = `
create table media_derivations (
  tenant_id uuid not null,
  media_id uuid not null,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'dead')),
  attempt int not null default 0,
  -- Waiting: from when on it may be taken. Running: until when whoever took it holds it.
  due_at timestamptz not null default clock_timestamp(),
  facts jsonb not null default '{}',
  words text,
  -- Why the last attempt failed.
  fault text,
  primary key (tenant_id, media_id),
  foreign key (tenant_id, media_id) references media (tenant_id, id) on delete cascade
);
create index media_derivations_due on media_derivations (due_at) where state in ('waiting', 'running');

alter table media add column derived_from uuid;
create index media_derived on media (tenant_id, derived_from) where derived_from is not null;
`;

const TRIGGERS = `
create function derive_media() returns trigger language plpgsql as $$
begin
  insert into media_derivations (tenant_id, media_id) values (new.tenant_id, new.id) on conflict do nothing;
  return null;
end $$;
create trigger derive_media after update of state on media for each row
  when (new.state = 'ready' and old.state <> 'ready' and new.derived_from is null
        and new.type ~ '^(image|audio|video)/|^text/plain$')
  execute function derive_media();

-- What was made of a file goes with it.
create function doom_derived_media() returns trigger language plpgsql as $$
begin
  update media set state = 'deleting', expires_at = clock_timestamp()
   where tenant_id = new.tenant_id and derived_from = new.id and state <> 'deleting';
  return null;
end $$;
create trigger doom_derived_media after update of state on media for each row
  when (new.state = 'deleting' and old.state <> 'deleting' and new.derived_from is null)
  execute function doom_derived_media();
`;

const GRANTS = `
grant select, insert, update, delete on media_derivations to eliza_app;
grant select (tenant_id, media_id, state, attempt, due_at) on media_derivations to eliza_dispatch;
create policy dispatch_reads on media_derivations for select to eliza_dispatch using (true);
`;
