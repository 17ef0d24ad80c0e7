import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Answers that are cancelled: one that nobody runs yet is over at once; a running one is asked to stop, and its worker
 * settles it with what it has said so far.
 */
export class AskedToStop1764300000600 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(COLUMNS);
    await db.query(CANCEL);
    await db.query(SETTLE);
    await db.query(RECOVER);
    await db.query(RENEW);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Functions are replaced by later migrations, not undone'));
  }
}

const COLUMNS = `
-- The attempt that was asked to stop; nothing to any other one.
alter table turns add column stop_attempt int;
`;

const CANCEL = `
-- Cancels the answers to a message, of one agent or of all. Answers every turn of it with the state it is in now;
-- 'stopping' is a running one that was asked to stop. One whose lease is over has nobody left to ask.
create function cancel_answers(p_tenant uuid, p_channel uuid, p_message uuid, p_agent uuid)
returns table (turn_id uuid, agent_id uuid, attempt int, state text, changed boolean) language plpgsql as $$
declare
  v_turn turns;
begin
  perform from channel_heads h where h.tenant_id = p_tenant and h.channel_id = p_channel for update;
  for v_turn in
    select * from turns t
     where t.tenant_id = p_tenant and t.message_id = p_message and t.channel_id = p_channel
       and (p_agent is null or t.agent_id = p_agent)
     order by t.seq, t.agent_id for update
  loop
    turn_id := v_turn.id; agent_id := v_turn.agent_id; attempt := v_turn.attempt;
    state := v_turn.state; changed := false;
    if v_turn.state = 'running' and v_turn.lease_until > clock_timestamp() then
      changed := v_turn.stop_attempt is distinct from v_turn.attempt;
      update turns t set stop_attempt = t.attempt where t.tenant_id = p_tenant and t.id = v_turn.id;
      state := 'stopping';
    elsif v_turn.state in ('waiting', 'released', 'running') then
      update turns t
         set state = 'cancelled', head = false, finished_at = clock_timestamp(), error_message = 'The answer was cancelled'
       where t.tenant_id = p_tenant and t.id = v_turn.id;
      perform promote_lane(p_tenant, v_turn.agent_id, p_channel);
      state := 'cancelled'; changed := true;
    end if;
    return next;
  end loop;
end $$;
`;

const SETTLE = `
-- As before; what was asked to stop is not tried again: outcome 'cancelled'.
create or replace function settle_logged_turn(p_tenant uuid, p_turn uuid, p_attempt int, p_result text, p_replies jsonb,
  p_error_kind text, p_error_message text, p_input_tokens int, p_output_tokens int, p_retry_ms int, p_max_depth int,
  p_default_share int, p_log jsonb)
returns table (outcome text, replies jsonb, releases jsonb) language plpgsql as $$
declare
  v_result text := p_result;
begin
  if p_result = 'retry' then
    perform from channel_heads h join turns t on t.tenant_id = p_tenant and t.id = p_turn
      where h.tenant_id = p_tenant and h.channel_id = t.channel_id for update of h;
    if exists (select from turns t where t.tenant_id = p_tenant and t.id = p_turn and t.stop_attempt = p_attempt) then
      v_result := 'cancelled';
    end if;
  end if;
  select s.* into outcome, replies, releases
    from settle_turn(p_tenant, p_turn, p_attempt, v_result, p_replies, p_error_kind, p_error_message, p_input_tokens,
      p_output_tokens, p_retry_ms, p_max_depth, p_default_share) s;
  if outcome = 'settled' and p_log is not null then
    insert into agent_logs (tenant_id, agent_id, id, turn_id, type, entity_id, room_id, body, created_at)
    select p_tenant, (p_log ->> 'agentId')::uuid, (step ->> 'id')::uuid, p_turn, step ->> 'type',
           (p_log ->> 'entityId')::uuid, (p_log ->> 'roomId')::uuid, step -> 'body',
           to_timestamp((step ->> 'at')::float8 / 1000)
      from jsonb_array_elements(p_log -> 'steps') step;
  end if;
  if outcome = 'settled' and v_result <> p_result then outcome := 'cancelled'; end if;
  return next;
end $$;
`;

const RECOVER = `
-- As before; what was asked to stop by then is over.
create or replace function recover_turns(p_tenant uuid, p_turns uuid[], p_max_attempts int)
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
       set state = n.state, head = n.state = 'waiting', lease_until = null, worker = null,
           error_kind = 'world',
           error_message = case n.state when 'cancelled' then 'The answer was cancelled' else 'The worker stopped answering' end,
           finished_at = case when n.state <> 'waiting' then clock_timestamp() end
      from (select r.id, case when r.stop_attempt = r.attempt then 'cancelled'
                              when r.attempt - r.attempts_before >= p_max_attempts then 'failed' else 'waiting' end as state
              from turns r where r.tenant_id = p_tenant and r.id = v_lost.id) n
     where t.tenant_id = p_tenant and t.id = n.id and t.state = 'running' and t.lease_until < clock_timestamp()
    returning t.id, t.agent_id, t.channel_id, t.attempt, t.state;
    perform promote_lane(p_tenant, v_lost.agent_id, v_lost.channel_id);
  end loop;
end $$;
`;

const RENEW = `
-- As before; a turn that was asked to stop is 'stopping': its lease is prolonged, so that it can be settled.
create or replace function renew_turns(p_tenants uuid[], p_turns uuid[], p_attempts int[], p_lease_ms int)
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
      select t.id, t.state, t.attempt = held.attempt and t.lease_until > clock_timestamp() as owned,
             t.stop_attempt = t.attempt as stopping
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
           case when found.state = 'running' and found.owned then case when found.stopping then 'stopping' else 'running' end
                when found.state in ('cancelled', 'discarded') then 'cancelled' else 'lost' end
      from held left join found on found.id = held.turn;
  end loop;
end $$;
`;
