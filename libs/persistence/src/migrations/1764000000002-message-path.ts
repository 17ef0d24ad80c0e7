import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The statements a message passes through, each one round trip. They run with the caller's rights, so the tenant
 * fence holds inside them too; only `MessagePath` calls them.
 *
 * Lock order everywhere: the channel's head, then turns, then the rest.
 */
export class MessagePath1764000000002 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(EVENTS);
    await db.query(LANES);
    await db.query(RELEASE);
    await db.query(APPEND);
    await db.query(ACCEPT);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Functions are replaced by later migrations, not undone'));
  }
}

const EVENTS = `
-- Takes the channel's next place. Locks the channel until the transaction ends, so a seq is never seen before the
-- ones below it are committed. Times rise by at least a millisecond: paging by time loses nothing.
create function next_place(p_tenant uuid, p_channel uuid) returns table (seq bigint, at timestamptz)
language sql as $$
  update channel_heads h
     set last_seq = h.last_seq + 1,
         last_at = greatest(h.last_at + interval '1 millisecond', date_trunc('milliseconds', clock_timestamp()))
   where h.tenant_id = p_tenant and h.channel_id = p_channel
  returning h.last_seq, h.last_at;
$$;

create function append_event(p_tenant uuid, p_channel uuid, p_kind text, p_message uuid)
returns table (seq bigint, at timestamptz) language sql as $$
  with place as (select * from next_place(p_tenant, p_channel))
  insert into channel_events as e (tenant_id, channel_id, seq, kind, message_id, at)
  select p_tenant, p_channel, place.seq, p_kind, p_message, place.at from place
  returning e.seq, e.at;
$$;
`;

const LANES = `
-- Makes the next waiting turn of a lane its head, if the lane has none. The caller holds the channel's head.
create function promote_lane(p_tenant uuid, p_agent uuid, p_channel uuid) returns void language sql as $$
  update turns set head = true
   where tenant_id = p_tenant
     and id = (select t.id from turns t
                where t.tenant_id = p_tenant and t.agent_id = p_agent and t.channel_id = p_channel
                  and t.state = 'waiting' and not t.head
                order by t.seq limit 1)
     and not exists (select from turns h
                      where h.tenant_id = p_tenant and h.agent_id = p_agent and h.channel_id = p_channel and h.head);
$$;

-- Cancels the unfinished turns of a channel, narrowed to a message or an agent. A running one is cancelled too: its
-- worker learns it with the next renewal and writes nothing. Locks the channel's head.
create function cancel_turns(p_tenant uuid, p_channel uuid, p_message uuid, p_agent uuid, p_reason text)
returns int language plpgsql as $$
declare
  v_agents uuid[];
  v_count int;
begin
  perform from channel_heads where tenant_id = p_tenant and channel_id = p_channel for update;
  with cancelled as (
    update turns t
       set state = 'cancelled', head = false, finished_at = clock_timestamp(), error_message = p_reason
     where t.tenant_id = p_tenant and t.channel_id = p_channel
       and t.state in ('waiting', 'released', 'running')
       and (p_message is null or t.message_id = p_message)
       and (p_agent is null or t.agent_id = p_agent)
    returning t.agent_id)
  select count(*), array_agg(distinct agent_id) into v_count, v_agents from cancelled;
  perform promote_lane(p_tenant, agent, p_channel) from unnest(coalesce(v_agents, '{}')) agent;
  return v_count;
end $$;

-- Cancels all unfinished turns of an agent. Locks the heads of all its channels first, in the order of their ids: a
-- message on its way in is either seen here, or sees what the caller does to the agent next.
create function cancel_agent_turns(p_tenant uuid, p_agent uuid, p_reason text) returns int language plpgsql as $$
declare
  v_channel uuid;
  v_count int := 0;
begin
  perform from channel_heads h
   where h.tenant_id = p_tenant and h.channel_id in (
     select p.channel_id from channel_participants p where p.tenant_id = p_tenant and p.entity_id = p_agent
      union
     select t.channel_id from turns t where t.tenant_id = p_tenant and t.agent_id = p_agent and t.head)
   order by h.channel_id for update of h;
  -- A lane with unfinished turns has a head.
  for v_channel in
    select t.channel_id from turns t where t.tenant_id = p_tenant and t.agent_id = p_agent and t.head order by t.channel_id
  loop
    v_count := v_count + cancel_turns(p_tenant, v_channel, null, p_agent, p_reason);
  end loop;
  return v_count;
end $$;
`;

const RELEASE = `
-- Releases heads of the tenant's lanes, oldest first, up to its share. In flight is counted from rows, here. The
-- priority is the number of the tenant's turns in flight, so a first turn overtakes another tenant's tenth.
create function release_turns(p_tenant uuid, p_default_share int)
returns table (turn_id uuid, attempt int, release_no int, priority int) language plpgsql as $$
declare
  v_in_flight int;
  v_capacity int;
begin
  select count(*) into v_in_flight from turns t where t.tenant_id = p_tenant and t.state in ('released', 'running');
  select coalesce((select s.share from tenant_shares s where s.tenant_id = p_tenant), p_default_share) - v_in_flight
    into v_capacity;
  if v_capacity <= 0 then return; end if;
  return query
  with due as (
    select t.id from turns t
     where t.tenant_id = p_tenant and t.state = 'waiting' and t.head and t.available_at <= clock_timestamp()
     order by t.available_at, t.id limit v_capacity
     for update skip locked),
  released as (
    update turns t
       set state = 'released', released_at = clock_timestamp(), release_no = t.release_no + 1
      from due where t.tenant_id = p_tenant and t.id = due.id
    returning t.id, t.attempt, t.release_no, t.available_at)
  select r.id, r.attempt, r.release_no, (v_in_flight + row_number() over (order by r.available_at, r.id))::int
    from released r;
end $$;

create function release_turns_json(p_tenant uuid, p_default_share int) returns jsonb language sql as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'turnId', r.turn_id, 'attempt', r.attempt, 'releaseNo', r.release_no, 'priority', r.priority)), '[]')
    from release_turns(p_tenant, p_default_share) r;
$$;
`;

const APPEND = `
-- Whether a text speaks to somebody of that name: the name stands in it as a word, with or without an @.
create function is_addressed(p_name text, p_text text) returns boolean immutable language sql as $$
  select strpos(lower(p_text), lower(p_name)) > 0
     and p_text ~* ('(^|[^[:alnum:]_])' || regexp_replace(p_name, '([^[:alnum:]_[:space:]])', '\\\\\\1', 'g')
                    || '($|[^[:alnum:]_])');
$$;

-- One turn per agent that owes an answer: in a direct channel every agent, elsewhere those spoken to. What an agent
-- says (depth > 0) is answered only by agents it speaks to. Nobody answers himself. A message's time may lie ahead of
-- the clock when a channel is busy; the turn is due now all the same.
create function owe_answers(p_tenant uuid, p_channel uuid, p_channel_type text, p_message uuid, p_seq bigint,
  p_at timestamptz, p_author uuid, p_content text, p_targets uuid[], p_depth int)
returns void language sql as $$
  insert into turns (tenant_id, channel_id, agent_id, message_id, seq, depth, head, available_at, engine, created_at)
  select p_tenant, p_channel, a.id, p_message, p_seq, p_depth,
         not exists (select from turns h where h.tenant_id = p_tenant and h.agent_id = a.id
                        and h.channel_id = p_channel and h.head),
         clock_timestamp(), a.engine, p_at
    from channel_participants p
    join agents a on a.tenant_id = p.tenant_id and a.id = p.entity_id
   where p.tenant_id = p_tenant and p.channel_id = p_channel and a.enabled and a.id <> p_author
     and (p_depth = 0 and p_channel_type in ('DM', 'VOICE_DM', 'SELF', 'API')
          or a.id = any (p_targets)
          or is_addressed(a.name, p_content))
   order by p.position;
$$;
`;

const ACCEPT = `
-- Stores a message once. Outcomes: accepted; duplicate (the same client message id, author and content: the first
-- one's id, seq and time); conflict (the same client message id with other content); channel_not_found. An id that is
-- taken raises unique_violation.
create function accept_message(
  p_tenant uuid, p_channel uuid, p_id uuid, p_author uuid, p_author_name text, p_content text, p_source_type text,
  p_source_id text, p_in_reply_to uuid, p_metadata jsonb, p_raw jsonb, p_client_id text, p_hash text, p_targets uuid[],
  p_default_share int)
returns table (outcome text, id uuid, seq bigint, at timestamptz, message_server_id uuid, channel_type text,
  releases jsonb)
language plpgsql as $$
declare
  v_place record;
  v_seen record;
  v_channel record;
begin
  select * into v_place from next_place(p_tenant, p_channel);
  if v_place.seq is null then
    return query select 'channel_not_found', null::uuid, null::bigint, null::timestamptz, null::uuid, null::text, '[]'::jsonb;
    return;
  end if;
  select c.message_server_id, c.type into v_channel from channels c where c.tenant_id = p_tenant and c.id = p_channel;
  if p_client_id is not null then
    select m.id, m.seq, m.created_at, m.content_hash into v_seen from messages m
     where m.tenant_id = p_tenant and m.channel_id = p_channel and m.author_id = p_author
       and m.client_message_id = p_client_id;
    if found then
      update channel_heads h set last_seq = h.last_seq - 1 where h.tenant_id = p_tenant and h.channel_id = p_channel;
      return query select case when v_seen.content_hash is not distinct from p_hash then 'duplicate' else 'conflict' end, v_seen.id,
        v_seen.seq, v_seen.created_at, v_channel.message_server_id, v_channel.type, '[]'::jsonb;
      return;
    end if;
  end if;
  insert into messages (tenant_id, id, channel_id, seq, author_id, author_name, content, source_type, source_id,
      in_reply_to, metadata, raw_message, client_message_id, content_hash, created_at, updated_at)
  values (p_tenant, p_id, p_channel, v_place.seq, p_author, p_author_name, p_content, p_source_type, p_source_id,
      p_in_reply_to, p_metadata, p_raw, p_client_id, p_hash, v_place.at, v_place.at);
  insert into channel_events (tenant_id, channel_id, seq, kind, message_id, at)
  values (p_tenant, p_channel, v_place.seq, 'message', p_id, v_place.at);
  perform owe_answers(p_tenant, p_channel, v_channel.type, p_id, v_place.seq, v_place.at, p_author, p_content,
      p_targets, 0);
  return query select 'accepted', p_id, v_place.seq, v_place.at, v_channel.message_server_id, v_channel.type,
      release_turns_json(p_tenant, p_default_share);
end $$;
`;
