import type { Uuid } from '@app/contracts';
import { isFinal, isInFlight, type TurnState } from '@app/persistence';
import type { Client } from 'pg';

/** A turn as it lies in Postgres. */
export interface TurnRow {
  id: Uuid;
  channelId: Uuid;
  agentId: Uuid;
  messageId: Uuid;
  seq: number;
  state: TurnState;
  attempt: number;
  head: boolean;
  releaseNo: number;
  finished: boolean;
  leased: boolean;
}

/** All turns of a tenant, in the order of their lanes. */
export async function turnRows(superuser: Client, tenantId: Uuid): Promise<TurnRow[]> {
  const { rows } = await superuser.query<TurnRow>(
    `select id, channel_id as "channelId", agent_id as "agentId", message_id as "messageId", seq::int, state, attempt,
            head, release_no as "releaseNo", finished_at is not null as finished, lease_until is not null as leased
       from turns where tenant_id = $1 order by agent_id, channel_id, seq`,
    [tenantId],
  );
  return rows;
}

/** What is wrong with these lanes, in sentences; nothing when all is well. */
export function brokenLanes(rows: TurnRow[]): string[] {
  const lanes = new Map<string, TurnRow[]>();
  for (const row of rows) {
    const key = `${row.agentId} in ${row.channelId}`;
    lanes.set(key, [...(lanes.get(key) ?? []), row]);
  }
  return [...lanes].flatMap(([lane, turns]) => brokenLane(turns).map((fault) => `${fault}: ${lane}`));
}

function brokenLane(turns: TurnRow[]): string[] {
  const faults: string[] = [];
  const unfinished = turns.filter((turn) => !isFinal(turn.state)).sort((a, b) => a.seq - b.seq);
  if (turns.filter((turn) => isInFlight(turn.state)).length > 1) faults.push('two turns in flight');
  const head = unfinished.find((turn) => turn.head);
  if (unfinished.length > 0 && !head) faults.push('nobody goes next');
  // One in flight is not overtaken by an earlier one that is tried anew.
  if (head?.state === 'waiting' && head !== unfinished[0]) faults.push('the first unfinished turn is not the head');
  if (turns.filter((turn) => turn.head).length > 1) faults.push('two heads');
  if (unfinished.some((turn) => !turn.head && turn.state !== 'waiting')) faults.push('in flight behind the head');
  if (turns.some((turn) => isFinal(turn.state) !== turn.finished))
    faults.push('over without a time, or a time too early');
  if (turns.some((turn) => turn.state === 'running' && !turn.leased)) faults.push('running without a lease');
  return faults;
}

/** What is wrong with the order of a tenant's channels: places 1 to N, times rising, messages where their events are. */
export async function brokenOrder(superuser: Client, tenantId: Uuid): Promise<string[]> {
  const { rows } = await superuser.query<{ fault: string }>(
    `with e as (
       select *, lag(at) over w as at_before, row_number() over w as place
         from channel_events where tenant_id = $1 window w as (partition by channel_id order by seq))
     select 'a gap before ' || seq as fault from e where seq <> place
     union all select 'time does not rise at ' || seq from e where at <= at_before
     union all select 'the counter says ' || h.last_seq || ', the events ' || coalesce(max(e.seq), 0)
       from channel_heads h left join e on e.channel_id = h.channel_id
      where h.tenant_id = $1 group by h.channel_id, h.last_seq having h.last_seq <> coalesce(max(e.seq), 0)
     union all select 'a message without its event at ' || m.seq from messages m
       left join e on e.channel_id = m.channel_id and e.seq = m.seq and e.message_id = m.id and e.at = m.created_at
        and e.kind = 'message'
      where m.tenant_id = $1 and e.seq is null`,
    [tenantId],
  );
  return rows.map((row) => row.fault);
}
