import type { TestDatabase } from '@app/testing';

const ROWS = 100_000;

/** 5 tenants, 200 channels with one agent each, and all the messages, events and turns of a long life. */
export async function fillWithALongLife(db: TestDatabase): Promise<void> {
  for (let n = 1; n <= 5; n++) await db.tenant(`T${n}`);
  await db.asSuperuser(`
    set session_replication_role = replica;
    create temp table c as
      select t.id as tenant_id, gen_random_uuid() as id, gen_random_uuid() as agent, row_number() over (partition by t.id) as n
        from tenants t, generate_series(1, 40) where t.name like 'T_';
    insert into agents (tenant_id, id, name, character, enabled) select tenant_id, agent, 'Agent' || n, '{}', true from c;
    insert into channels (tenant_id, id, message_server_id, name, type)
      select tenant_id, id, '00000000-0000-0000-0000-000000000000', 'C' || n, 'DM' from c;
    insert into channel_participants (tenant_id, channel_id, entity_id) select tenant_id, id, agent from c;
    create temp table m as
      select c.tenant_id, c.id as channel_id, c.agent, c.n, gen_random_uuid() as id,
             row_number() over (partition by c.id order by g) as seq, g
        from c, generate_series(1, ${ROWS / 200}) g;
    insert into messages (tenant_id, id, channel_id, seq, author_id, content, client_message_id, content_hash, in_reply_to, created_at, updated_at)
      select tenant_id, id, channel_id, seq, tenant_id, 'text', 'client' || g, 'h', id, now() - interval '1 day' + seq * interval '1 s', now() from m;
    insert into message_search (tenant_id, message_id, channel_id, author_id, created_at, words)
      select tenant_id, id, channel_id, tenant_id, now() - interval '1 day' + seq * interval '1 s',
             search_words(tenant_id, 'text w' || seq) from m;
    insert into channel_events (tenant_id, channel_id, seq, kind, message_id, at)
      select tenant_id, channel_id, seq, 'message', id, now() - interval '1 day' + seq * interval '1 s' from m;
    insert into channel_heads (tenant_id, channel_id, last_seq, last_at)
      select tenant_id, channel_id, max(seq), now() - interval '1 hour' from m group by 1, 2;
    -- Of each lane the last twenty are unfinished, and every fifth lane is running or released.
    insert into turns (tenant_id, channel_id, agent_id, message_id, seq, state, head, attempt, available_at, released_at,
        lease_until, created_at, finished_at)
      select m.tenant_id, m.channel_id, m.agent, m.id, m.seq, s.state, s.head, 1, now() - interval '1 day' + seq * interval '1 s',
             case when s.state in ('released', 'running') then now() end,
             case when s.state = 'running' then now() + interval '1 hour' end, now() - interval '1 day',
             case when s.state = 'completed' then now() end
        from m, lateral (select case when m.seq <= ${ROWS / 200 - 20} then 'completed'
                                     when m.seq > ${ROWS / 200 - 19} then 'waiting'
                                     when m.n % 5 = 0 then 'running'
                                     when m.n % 5 = 1 then 'released'
                                     else 'waiting' end as state, m.seq = ${ROWS / 200 - 19} as head) s;
    -- Every agent has forgotten every fourth message singly and the first hundred as a whole.
    insert into memory_overrides (tenant_id, agent_id, message_id, deleted)
      select tenant_id, agent, id, true from m where seq % 4 = 0;
    insert into memory_watermarks (tenant_id, agent_id, channel_id, forgotten_until)
      select tenant_id, agent, channel_id, now() - interval '1 day' + interval '100 s' from m where seq = 100;
    insert into memories (tenant_id, agent_id, id, type, content, room_id, created_at)
      select tenant_id, agent, id, 'facts', '{}', channel_id, now() - interval '1 day' + seq * interval '1 s' from m;
    insert into agent_logs (tenant_id, agent_id, id, turn_id, type, entity_id, room_id, body, created_at)
      select t.tenant_id, t.agent_id, gen_random_uuid(), t.id, 'useModel:TEXT_LARGE', t.agent_id, t.channel_id, '{}', t.created_at
        from turns t;
    set session_replication_role = origin;
    analyze;
  `);
}
