import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a worker does with a turn: claim, renew, settle; and what a sweep mends. Same rules as the message path. */
export class TurnPath1764000000003 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(CLAIM);
    await db.query(RENEW);
    await db.query(SETTLE);
    await db.query(SWEEP);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Functions are replaced by later migrations, not undone'));
  }
}

const CLAIM = `
-- Takes a released turn for this worker, with all its engine needs to know. No row: somebody else has it, or it is
-- over; a job that meets this is a duplicate. History ends at the message to answer, but for the agent's own answers
-- to earlier messages: they may stand behind it, and the agent has to know what it said. What a stopped agent still owes
-- is cancelled here.
create function claim_turn(p_tenant uuid, p_turn uuid, p_worker text, p_lease_ms int, p_history int)
returns table (attempt int, message_id uuid, depth int, agent jsonb, channel jsonb, history jsonb, participants jsonb)
language plpgsql as $$
declare
  v_turn turns;
  v_asked timestamptz;
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
        'authorName', m.author_name, 'text', m.content, 'attachments', m.metadata -> 'attachments',
        'inReplyTo', m.in_reply_to, 'createdAt', extract(epoch from m.created_at) * 1000) order by m.created_at), '[]')
       from ((select * from messages h
               where h.tenant_id = p_tenant and h.channel_id = v_turn.channel_id and h.created_at <= v_asked
               order by h.created_at desc limit p_history)
             union all
             (select * from messages o
               where o.tenant_id = p_tenant and o.channel_id = v_turn.channel_id and o.created_at > v_asked
                 and o.author_id = v_turn.agent_id
               order by o.created_at limit p_history)) m),
    (select coalesce(jsonb_agg(jsonb_build_object('id', p.entity_id, 'name', a.name, 'agent', a.id is not null)
        order by p.position), '[]')
       from (select * from channel_participants e
              where e.tenant_id = p_tenant and e.channel_id = v_turn.channel_id order by e.position limit 100) p
       left join agents a on a.tenant_id = p.tenant_id and a.id = p.entity_id);
end $$;
`;

const RENEW = `
-- Prolongs the leases of turns of any tenants, entering one tenant after the other. Answers the state of each; only a
-- turn that is 'running' in the given attempt is still this worker's. A turn that somebody else has locked is not
-- waited for, lest the others' leases end meanwhile: it keeps the lease it has until the next renewal.
create function renew_turns(p_tenants uuid[], p_turns uuid[], p_attempts int[], p_lease_ms int)
returns table (turn_id uuid, state text) language plpgsql as $$
declare
  v_tenant uuid;
begin
  for v_tenant in select distinct t from unnest(p_tenants) t order by t loop
    perform set_config('app.tenant_id', v_tenant::text, true);
    return query
    with held as (
      select h.turn, h.attempt from unnest(p_tenants, p_turns, p_attempts) as h (tenant, turn, attempt)
       where h.tenant = v_tenant),
    found as (
      select t.id, t.state, t.attempt = held.attempt and t.lease_until > clock_timestamp() as owned
        from held join turns t on t.tenant_id = v_tenant and t.id = held.turn),
    free as (
      select t.id from held join turns t on t.tenant_id = v_tenant and t.id = held.turn
       where t.attempt = held.attempt and t.state = 'running' and t.lease_until > clock_timestamp()
         for update of t skip locked),
    renewed as (
      update turns t set lease_until = clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0)
        from free
       where t.tenant_id = v_tenant and t.id = free.id)
    select held.turn,
           case when found.state = 'running' and found.owned then 'running'
                when found.state = 'cancelled' then 'cancelled' else 'lost' end
      from held left join found on found.id = held.turn;
  end loop;
end $$;
`;

const SETTLE = `
-- Ends an attempt. Only the attempt that holds the lease may write; any other gets outcome 'lost' and changes nothing.
-- p_result: completed | failed | retry (with p_retry_ms; the lane keeps its place). Replies are
-- [{id, content, metadata, raw}], stored and numbered in the channel, and may be owed answers by other agents.
create function settle_turn(p_tenant uuid, p_turn uuid, p_attempt int, p_result text, p_replies jsonb,
  p_error_kind text, p_error_message text, p_input_tokens int, p_output_tokens int, p_retry_ms int, p_max_depth int,
  p_default_share int)
returns table (outcome text, replies jsonb, releases jsonb) language plpgsql as $$
declare
  v_turn turns;
  v_channel record;
  v_agent_name text;
  v_reply record;
  v_place record;
  v_stored jsonb := '[]';
begin
  select t.channel_id into v_turn.channel_id from turns t where t.tenant_id = p_tenant and t.id = p_turn;
  perform from channel_heads h where h.tenant_id = p_tenant and h.channel_id = v_turn.channel_id for update;
  update turns t
     set state = case p_result when 'retry' then 'waiting' else p_result end,
         head = (p_result = 'retry'),
         available_at = case p_result when 'retry'
           then clock_timestamp() + make_interval(secs => p_retry_ms / 1000.0) else t.available_at end,
         finished_at = case p_result when 'retry' then null else clock_timestamp() end,
         lease_until = null, error_kind = p_error_kind, error_message = p_error_message,
         input_tokens = coalesce(t.input_tokens, 0) + p_input_tokens,
         output_tokens = coalesce(t.output_tokens, 0) + p_output_tokens
   where t.tenant_id = p_tenant and t.id = p_turn and t.attempt = p_attempt and t.state = 'running'
     and t.lease_until > clock_timestamp()
  returning t.* into v_turn;
  if not found then
    return query select 'lost', '[]'::jsonb, '[]'::jsonb;
    return;
  end if;

  select c.type into v_channel from channels c where c.tenant_id = p_tenant and c.id = v_turn.channel_id;
  select a.name into v_agent_name from agents a where a.tenant_id = p_tenant and a.id = v_turn.agent_id;
  for v_reply in
    select (r ->> 'id')::uuid as id, r ->> 'content' as content, coalesce(r -> 'metadata', '{}') as metadata, r -> 'raw' as raw
      from jsonb_array_elements(p_replies) r
  loop
    select * into v_place from append_event(p_tenant, v_turn.channel_id, 'message', v_reply.id);
    insert into messages (tenant_id, id, channel_id, seq, author_id, author_name, content, source_type, in_reply_to,
        metadata, raw_message, created_at, updated_at)
    values (p_tenant, v_reply.id, v_turn.channel_id, v_place.seq, v_turn.agent_id, v_agent_name, v_reply.content,
        'agent_response', v_turn.message_id, v_reply.metadata, v_reply.raw, v_place.at, v_place.at);
    if v_turn.depth < p_max_depth then
      perform owe_answers(p_tenant, v_turn.channel_id, v_channel.type, v_reply.id, v_place.seq, v_place.at,
          v_turn.agent_id, v_reply.content, '{}', v_turn.depth + 1);
    end if;
    v_stored := v_stored || jsonb_build_object('id', v_reply.id, 'seq', v_place.seq,
        'at', extract(epoch from v_place.at) * 1000);
  end loop;
  if p_result <> 'retry' then
    perform promote_lane(p_tenant, v_turn.agent_id, v_turn.channel_id);
  end if;
  return query select 'settled', v_stored, release_turns_json(p_tenant, p_default_share);
end $$;
`;

const SWEEP = `
-- Puts turns whose lease is over back into their place, or fails those that used up their attempts.
create function recover_turns(p_tenant uuid, p_turns uuid[], p_max_attempts int)
returns table (turn_id uuid, agent_id uuid, channel_id uuid, attempt int, state text) language plpgsql as $$
declare
  v_lost record;
begin
  for v_lost in
    select t.id, t.channel_id, t.agent_id from turns t
     where t.tenant_id = p_tenant and t.id = any (p_turns) order by t.channel_id, t.seq, t.agent_id
  loop
    perform from channel_heads h where h.tenant_id = p_tenant and h.channel_id = v_lost.channel_id for update;
    return query
    update turns t
       set state = case when t.attempt >= p_max_attempts then 'failed' else 'waiting' end,
           head = t.attempt < p_max_attempts, lease_until = null, worker = null,
           error_kind = 'world', error_message = 'The worker stopped answering',
           finished_at = case when t.attempt >= p_max_attempts then clock_timestamp() end
     where t.tenant_id = p_tenant and t.id = v_lost.id and t.state = 'running' and t.lease_until < clock_timestamp()
    returning t.id, t.agent_id, t.channel_id, t.attempt, t.state;
    perform promote_lane(p_tenant, v_lost.agent_id, v_lost.channel_id);
  end loop;
end $$;

-- Marks turns as released anew that nobody claimed for a while: the caller enqueues them again. What another sweep
-- holds is left to it.
create function release_again(p_tenant uuid, p_turns uuid[], p_older_ms int)
returns table (turn_id uuid, attempt int, release_no int, priority int) language sql as $$
  with stuck as (
    select t.id from turns t
     where t.tenant_id = p_tenant and t.id = any (p_turns) and t.state = 'released'
       and t.released_at < clock_timestamp() - make_interval(secs => p_older_ms / 1000.0)
       for update skip locked)
  update turns t set released_at = clock_timestamp(), release_no = t.release_no + 1
    from stuck where t.tenant_id = p_tenant and t.id = stuck.id
  returning t.id, t.attempt, t.release_no, 1;
$$;
`;
