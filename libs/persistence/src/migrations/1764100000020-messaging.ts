import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fence } from './1764000000001-tenant-fence.js';

/** Which agents are at home on which message server, and the words of messages to search by. */
export class Messaging1764100000020 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(SERVER_AGENTS);
    await db.query(SEARCH);
    await db.query(BACKFILL);
    for (const table of TABLES) await db.query(fence(table));
    await db.query(SEARCH_POLICY);
    await db.query(`grant select, insert, update, delete on ${TABLES.join(', ')} to eliza_app`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Message servers lost their agents: restore a backup instead'));
  }
}

const TABLES = ['message_server_agents', 'message_search'];

const SERVER_AGENTS = `
create table message_server_agents (
  tenant_id uuid not null,
  message_server_id uuid not null,
  agent_id uuid not null,
  added_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, message_server_id, agent_id),
  foreign key (tenant_id, message_server_id) references message_servers on delete cascade,
  foreign key (tenant_id, agent_id) references agents on delete cascade
);
create index message_servers_of_agent on message_server_agents (tenant_id, agent_id);

-- What a channel is called where it comes from.
create index channels_by_source on channels (tenant_id, source_id) where source_id is not null;
`;

const SEARCH = `
-- The lexeme that stands for a tenant in every vector of its messages: it leads each search into the tenant's part of
-- the index, as a first column of it would, without an extension.
create function search_tenant(p_tenant uuid) returns text language sql immutable parallel safe as $$
  select 'tenant/' || p_tenant::text;
$$;

-- The words of a text as they stand, for every language, and their English stems. A vector holds a megabyte: of a very
-- long text the beginning is found.
create function search_words(p_tenant uuid, p_text text) returns tsvector language sql immutable parallel safe as $$
  select array_to_tsvector(array[search_tenant(p_tenant)])
      || to_tsvector('pg_catalog.simple', left(p_text, 60000)) || to_tsvector('pg_catalog.english', left(p_text, 60000));
$$;

-- What is asked for, in the syntax of search engines; null when nothing in it is a word.
create function search_question(p_tenant uuid, p_text text) returns tsquery language sql immutable parallel safe as $$
  select case when numnode(q) > 0 then quote_literal(search_tenant(p_tenant))::tsquery && q end
    from (select websearch_to_tsquery('pg_catalog.simple', p_text)
              || websearch_to_tsquery('pg_catalog.english', p_text) as q) asked;
$$;

-- Beside the messages and not a column of theirs: row security lets no search reach an index behind the tenant fence,
-- as matching is not leakproof. The question therefore stands in a policy, which only narrows what the fence leaves; it
-- would hide messages themselves from everybody who does not search. (docs/decisions/0006)
create table message_search (
  tenant_id uuid not null,
  message_id uuid not null,
  channel_id uuid not null,
  author_id uuid not null,
  created_at timestamptz not null,
  words tsvector not null,
  primary key (tenant_id, message_id),
  foreign key (tenant_id, message_id) references messages on delete cascade
);
create index message_search_words on message_search using gin (words);

create function note_words() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    perform set_config('app.search', quote_literal(search_tenant(new.tenant_id)), true);
    update message_search s set words = search_words(new.tenant_id, new.content)
     where s.tenant_id = new.tenant_id and s.message_id = new.id;
    perform set_config('app.search', '', true);
    return null;
  end if;
  insert into message_search (tenant_id, message_id, channel_id, author_id, created_at, words)
  values (new.tenant_id, new.id, new.channel_id, new.author_id, new.created_at,
      search_words(new.tenant_id, new.content));
  return null;
end $$;
create trigger note_words after insert or update of content on messages
  for each row execute function note_words();
`;

/** The owner is fenced too and would see no message; for the length of this transaction he is not. */
const BACKFILL = `
alter table messages no force row level security;
alter table agents no force row level security;
alter table message_servers no force row level security;
insert into message_search (tenant_id, message_id, channel_id, author_id, created_at, words)
select tenant_id, id, channel_id, author_id, created_at, search_words(tenant_id, content) from messages;
insert into message_server_agents (tenant_id, message_server_id, agent_id)
select a.tenant_id, s.id, a.id
  from agents a
  join message_servers s on s.tenant_id = a.tenant_id and s.id = '00000000-0000-0000-0000-000000000000'
 where a.enabled;
alter table messages force row level security;
alter table agents force row level security;
alter table message_servers force row level security;
`;

const SEARCH_POLICY = `
create policy search_narrows on message_search as restrictive for select
  using (words @@ nullif(current_setting('app.search', true), '')::tsquery);
`;
