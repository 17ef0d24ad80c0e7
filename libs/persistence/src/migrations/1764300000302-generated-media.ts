import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A file that an agent made is stored before the reply that shows it is, and waits for it: it is seen when that reply is
 * committed, in the same statement, and swept when the reply never comes.
 */
export class GeneratedMedia1764300000302 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(KEEP);
    await db.query(NOTED);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Functions are replaced by later migrations, not undone'));
  }
}

const KEEP = `
-- Notes that a file is whole that waits for its message. False when it took too long and was swept.
create function keep_media(p_tenant uuid, p_id uuid, p_size bigint, p_checksum text, p_for_ms int) returns boolean
language plpgsql volatile as $$
begin
  update media set size = p_size, checksum = p_checksum, s3_upload_id = null,
         expires_at = clock_timestamp() + make_interval(secs => p_for_ms / 1000.0)
   where tenant_id = p_tenant and id = p_id and state = 'pending';
  return found;
end $$;
`;

const NOTED = `
create or replace function note_media_uses() returns trigger language plpgsql as $$
begin
  -- Only what its author made waits for it.
  update media m set state = 'ready', expires_at = null
    from media_named(new.metadata, new.raw_message) n
   where m.tenant_id = new.tenant_id and m.owner_kind = 'generated' and n.owner_kind = 'generated'
     and m.owner_id = new.author_id and n.owner_id = m.owner_id and n.file = m.file
     and m.state = 'pending' and m.checksum is not null;
  insert into media_uses (tenant_id, message_id, media_id)
  select m.tenant_id, new.id, m.id
    from media_named(new.metadata, new.raw_message) n
    join media m on m.tenant_id = new.tenant_id and m.owner_kind = n.owner_kind and m.owner_id = n.owner_id
     and m.file = n.file and m.state = 'ready'
   order by m.id for share of m
  on conflict do nothing;
  if tg_op = 'UPDATE' then
    delete from media_uses u using media m
     where u.tenant_id = new.tenant_id and u.message_id = new.id and m.tenant_id = u.tenant_id and m.id = u.media_id
       and (m.owner_kind, m.owner_id, m.file) not in (select n.* from media_named(new.metadata, new.raw_message) n);
  end if;
  return null;
end $$;
`;
