import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fence } from './1764000000001-tenant-fence.js';

/**
 * Which messages show which files, so that a file goes with the last message that showed it, and with its channel or
 * agent. Every way a row can go leads through here, as triggers do it: files are marked, and a sweep deletes them.
 */
export class MediaUses1764300000300 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(USES);
    await db.query(fence('media_uses'));
    await db.query('grant select, insert, update, delete on media_uses to eliza_app');
    await db.query(NAMED);
    await db.query(NOTED);
    await db.query(LET_GO);
    await db.query(OWNERS_GONE);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Files are not forgotten: drop the database instead'));
  }
}

const USES = `
create table media_uses (
  tenant_id uuid not null,
  message_id uuid not null,
  media_id uuid not null,
  primary key (tenant_id, message_id, media_id),
  foreign key (tenant_id, message_id) references messages (tenant_id, id) on delete cascade,
  foreign key (tenant_id, media_id) references media (tenant_id, id) on delete cascade
);
create index media_uses_of on media_uses (tenant_id, media_id);
`;

const NAMED = `
-- The places of the files that a message shows. What it shows of other origin is none of ours.
create function media_named(p_metadata jsonb, p_raw jsonb)
returns table (owner_kind text, owner_id uuid, file text) language sql immutable as $$
  select distinct case named[1] when 'uploads/agents' then 'agent' when 'uploads/channels' then 'channel' else 'generated' end,
         named[2]::uuid, named[3]
    from (select jsonb_path_query(p_metadata, '$.attachments[*].url') union all
          select jsonb_path_query(p_raw, '$.attachments[*].url')) as shown (url),
         regexp_match(shown.url #>> '{}',
           '^/media/(uploads/agents|uploads/channels|generated)/([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})/([0-9A-Za-z_.-]+)$'
         ) as named
   where named is not null
$$;
`;

/**
 * A message without attachments costs the comparison of WHEN alone. A file that is shown is locked against being let go in
 * the same moment: either the use is seen, or the file is not there any more.
 */
const NOTED = `
create function note_media_uses() returns trigger language plpgsql as $$
begin
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
create trigger media_uses_noted after insert on messages for each row
  when (new.metadata ? 'attachments' or new.raw_message ? 'attachments')
  execute function note_media_uses();
create trigger media_uses_changed after update of metadata, raw_message on messages for each row
  when (old.metadata -> 'attachments' is distinct from new.metadata -> 'attachments'
     or old.raw_message -> 'attachments' is distinct from new.raw_message -> 'attachments')
  execute function note_media_uses();
`;

const LET_GO = `
-- Of two messages that go at once the second waits here, and then sees that the first has gone.
create function let_media_go() returns trigger language plpgsql as $$
begin
  perform from media m where m.tenant_id = old.tenant_id and m.id = old.media_id for no key update;
  update media m set state = 'deleting', expires_at = clock_timestamp()
   where m.tenant_id = old.tenant_id and m.id = old.media_id and m.state = 'ready'
     and not exists (select from media_uses u where u.tenant_id = m.tenant_id and u.media_id = m.id);
  return null;
end $$;
create trigger media_let_go after delete on media_uses for each row execute function let_media_go();
`;

const OWNERS_GONE = `
-- What is still on its way gets a moment: a call to S3 that was begun may end later.
create function doom_media_of() returns trigger language plpgsql as $$
begin
  update media set state = 'deleting',
         expires_at = clock_timestamp() + case state when 'pending' then interval '2 minutes' else interval '0' end
   where tenant_id = old.tenant_id and owner_kind = any (tg_argv) and owner_id = old.id and state <> 'deleting';
  return null;
end $$;
create trigger media_of_channel after delete on channels for each row execute function doom_media_of('channel');
create trigger media_of_agent after delete on agents for each row execute function doom_media_of('agent', 'generated');
`;
