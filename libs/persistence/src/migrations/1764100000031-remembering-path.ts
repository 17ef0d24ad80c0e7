import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A claim that leaves out what the agent has forgotten, and a settlement that writes down what was done. The former
 * settlement stays: workers of the version before call it while they are replaced.
 */
export class RememberingPath1764100000031 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(CLAIM);
    await db.query(SETTLE);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Functions are replaced by later migrations, not undone'));
  }
}

const CLAIM = `
-- Takes a released turn for this worker, with all its engine needs to know. No row: somebody else has it, or it is
-- over; a job that meets this is a duplicate. History ends at the message to answer, but for the agent's own answers
-- to earlier messages: they may stand behind it, and the agent has to know what it said. What a stopped agent still owes
-- is cancelled here. What the agent has forgotten is left out, except for the message to answer, and what it remembers
-- otherwise is told as it remembers it.
create or replace function claim_turn(p_tenant uuid, p_turn uuid, p_worker text, p_lease_ms int, p_history int)
returns table (attempt int, message_id uuid, depth int, agent jsonb, channel jsonb, history jsonb, participants jsonb)
language plpgsql as $$
declare
  v_turn turns;
  v_asked timestamptz;
  v_forgotten timestamptz;
  v_overrides boolean;
begin
  select t.* into v_turn from turns t join agents a on a.tenant_id = t.tenant_id and a.id = t.agent_id
   where t.tenant_id = p_tenant and t.id = p_turn and t.state = 'released' and not a.enabled;
  if found then
    perform cancel_turns(p_tenant, v_turn.channel_id, null, v_turn.agent_id, 'The agent is stopped');
    return;
  end if;
  update turns t
     set state = 'running', attempt = t.attempt + 1, worker = p_worker, started_at = clock_timestamp(),
         lease_until = clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0)
   where t.tenant_id = p_tenant and t.id = p_turn and t.state = 'released'
  returning t.* into v_turn;
  if not found then return; end if;
  select m.created_at into v_asked from messages m where m.tenant_id = p_tenant and m.id = v_turn.message_id;
  v_forgotten := coalesce((select w.forgotten_until from memory_watermarks w
    where w.tenant_id = p_tenant and w.agent_id = v_turn.agent_id and w.channel_id = v_turn.channel_id), '-infinity');
  v_overrides := exists (select from memory_overrides o
    where o.tenant_id = p_tenant and o.agent_id = v_turn.agent_id);
  return query
  select v_turn.attempt, v_turn.message_id, v_turn.depth,
    (select jsonb_build_object('id', a.id, 'version', a.version, 'character', a.character,
        'secrets', (select coalesce(jsonb_agg(jsonb_build_object('name', s.name, 'keyId', s.key_id,
                      'ciphertext', encode(s.ciphertext, 'base64'))), '[]')
                      from agent_secrets s where s.tenant_id = p_tenant and s.agent_id = a.id))
       from agents a where a.tenant_id = p_tenant and a.id = v_turn.agent_id),
    (select jsonb_build_object('id', c.id, 'type', c.type, 'serverId', c.message_server_id, 'name', c.name)
       from channels c where c.tenant_id = p_tenant and c.id = v_turn.channel_id),
    (select coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'seq', m.seq, 'authorId', m.author_id,
        'authorName', m.author_name, 'text', coalesce(m.remembered ->> 'text', m.content),
        'attachments', coalesce(m.remembered -> 'attachments', m.metadata -> 'attachments'),
        'inReplyTo', m.in_reply_to, 'createdAt', extract(epoch from m.created_at) * 1000) order by m.created_at), '[]')
       from ((select h.*, o.content as remembered from messages h
                left join lateral (
                  select r.deleted, r.content from memory_overrides r
                   where v_overrides and r.tenant_id = p_tenant and r.agent_id = v_turn.agent_id
                     and r.message_id = h.id offset 0) o on true
               where h.tenant_id = p_tenant and h.channel_id = v_turn.channel_id and h.created_at <= v_asked
                 and h.created_at > v_forgotten and (o.deleted is not true or h.id = v_turn.message_id)
               order by h.created_at desc limit p_history)
             union all
             (select a.*, null from messages a
               where a.tenant_id = p_tenant and a.id = v_turn.message_id and v_asked <= v_forgotten)
             union all
             (select s.*, o.content from messages s
                left join lateral (
                  select r.deleted, r.content from memory_overrides r
                   where v_overrides and r.tenant_id = p_tenant and r.agent_id = v_turn.agent_id
                     and r.message_id = s.id offset 0) o on true
               where s.tenant_id = p_tenant and s.channel_id = v_turn.channel_id
                 and s.created_at > greatest(v_asked, v_forgotten)
                 and s.author_id = v_turn.agent_id and o.deleted is not true
               order by s.created_at limit p_history)) m),
    (select coalesce(jsonb_agg(jsonb_build_object('id', p.entity_id, 'name', a.name, 'agent', a.id is not null)
        order by p.position), '[]')
       from (select * from channel_participants e
              where e.tenant_id = p_tenant and e.channel_id = v_turn.channel_id order by e.position limit 100) p
       left join agents a on a.tenant_id = p.tenant_id and a.id = p.entity_id);
end $$;
`;

const SETTLE = `
-- Settles a turn and, if that came about, writes down the steps of the attempt:
-- {agentId, entityId, roomId, steps: [{id, type, at (epoch milliseconds), body}]}.
create function settle_logged_turn(p_tenant uuid, p_turn uuid, p_attempt int, p_result text, p_replies jsonb,
  p_error_kind text, p_error_message text, p_input_tokens int, p_output_tokens int, p_retry_ms int, p_max_depth int,
  p_default_share int, p_log jsonb)
returns table (outcome text, replies jsonb, releases jsonb) language plpgsql as $$
begin
  select s.* into outcome, replies, releases
    from settle_turn(p_tenant, p_turn, p_attempt, p_result, p_replies, p_error_kind, p_error_message, p_input_tokens,
      p_output_tokens, p_retry_ms, p_max_depth, p_default_share) s;
  if outcome = 'settled' and p_log is not null then
    insert into agent_logs (tenant_id, agent_id, id, turn_id, type, entity_id, room_id, body, created_at)
    select p_tenant, (p_log ->> 'agentId')::uuid, (step ->> 'id')::uuid, p_turn, step ->> 'type',
           (p_log ->> 'entityId')::uuid, (p_log ->> 'roomId')::uuid, step -> 'body',
           to_timestamp((step ->> 'at')::float8 / 1000)
      from jsonb_array_elements(p_log -> 'steps') step;
  end if;
  return next;
end $$;
`;
