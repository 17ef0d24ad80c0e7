import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What operators do to turns: have a dead one tried anew, and take one off for good. */
export class DeadTurns1764300000001 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(COLUMNS);
    await db.query(REVIVE);
    await db.query(DISCARD);
    await db.query(RECOVER);
    await db.query(RENEW);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Functions are replaced by later migrations, not undone'));
  }
}

const COLUMNS = `
-- Attempts that count no more, since an operator had the turn tried anew.
alter table turns add column attempts_before int not null default 0;
create index turns_dead on turns (tenant_id, created_at, id) where state = 'failed';
`;

const REVIVE = `
-- Puts a failed turn back into its lane, with all its attempts before it. Its head steps back for a turn of an earlier
-- message as long as nobody has been given it; one in flight stays the head until it is over. Only what could still be
-- answered is: else says why not. A worker's next sweep releases it.
create function revive_turn(p_tenant uuid, p_turn uuid) returns text language plpgsql as $$
declare
  v_turn turns;
begin
  select t.* into v_turn from turns t where t.tenant_id = p_tenant and t.id = p_turn;
  if not found then return 'not_found'; end if;
  perform from channel_heads h where h.tenant_id = p_tenant and h.channel_id = v_turn.channel_id for update;
  select t.* into v_turn from turns t where t.tenant_id = p_tenant and t.id = p_turn for update;
  if not found then return 'not_found'; end if;
  if v_turn.state <> 'failed' then return 'not_dead'; end if;
  if not exists (select from messages m where m.tenant_id = p_tenant and m.id = v_turn.message_id) then
    return 'message_gone';
  end if;
  if not exists (select from agents a where a.tenant_id = p_tenant and a.id = v_turn.agent_id and a.enabled) then
    return 'agent_stopped';
  end if;
  if not exists (select from channel_participants p where p.tenant_id = p_tenant
                    and p.channel_id = v_turn.channel_id and p.entity_id = v_turn.agent_id) then
    return 'agent_left';
  end if;
  update turns t set head = false
   where t.tenant_id = p_tenant and t.agent_id = v_turn.agent_id and t.channel_id = v_turn.channel_id
     and t.head and t.state = 'waiting' and t.seq > v_turn.seq;
  update turns t
     set state = 'waiting', attempts_before = t.attempt, available_at = clock_timestamp(), released_at = null,
         worker = null, finished_at = null,
         head = not exists (select from turns h where h.tenant_id = p_tenant and h.agent_id = v_turn.agent_id
                               and h.channel_id = v_turn.channel_id and h.head)
   where t.tenant_id = p_tenant and t.id = p_turn;
  return 'revived';
end $$;
`;

const DISCARD = `
-- Ends a turn for good that is not over, or that failed. Answers the state it was in; no row when it was over otherwise,
-- or there is none. A running one is taken from its worker, as when it is cancelled.
create function discard_turn(p_tenant uuid, p_turn uuid)
returns table (state text, agent_id uuid, channel_id uuid, attempt int) language plpgsql as $$
declare
  v_turn turns;
begin
  select t.* into v_turn from turns t where t.tenant_id = p_tenant and t.id = p_turn;
  perform from channel_heads h where h.tenant_id = p_tenant and h.channel_id = v_turn.channel_id for update;
  select t.* into v_turn from turns t where t.tenant_id = p_tenant and t.id = p_turn for update;
  if not found or v_turn.state not in ('waiting', 'released', 'running', 'failed') then return; end if;
  update turns t
     set state = 'discarded', head = false, finished_at = clock_timestamp(),
         error_message = case v_turn.state when 'failed' then t.error_message else 'An operator discarded it' end
   where t.tenant_id = p_tenant and t.id = p_turn;
  perform promote_lane(p_tenant, v_turn.agent_id, v_turn.channel_id);
  return query select v_turn.state, v_turn.agent_id, v_turn.channel_id, v_turn.attempt;
end $$;
`;

const RECOVER = `
-- Puts turns whose lease is over back into their place, or fails those that used up their attempts.
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
       set state = case when t.attempt - t.attempts_before >= p_max_attempts then 'failed' else 'waiting' end,
           head = t.attempt - t.attempts_before < p_max_attempts, lease_until = null, worker = null,
           error_kind = 'world', error_message = 'The worker stopped answering',
           finished_at = case when t.attempt - t.attempts_before >= p_max_attempts then clock_timestamp() end
     where t.tenant_id = p_tenant and t.id = v_lost.id and t.state = 'running' and t.lease_until < clock_timestamp()
    returning t.id, t.agent_id, t.channel_id, t.attempt, t.state;
    perform promote_lane(p_tenant, v_lost.agent_id, v_lost.channel_id);
  end loop;
end $$;
`;

const RENEW = `
-- As before; to the worker that runs it, a turn that was discarded is as one that was cancelled.
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
                when found.state in ('cancelled', 'discarded') then 'cancelled' else 'lost' end
      from held left join found on found.id = held.turn;
  end loop;
end $$;
`;
