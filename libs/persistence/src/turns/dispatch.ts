import type { Uuid } from '@app/contracts';
import type { Database } from '../database/database.js';
import type { Release } from './release.js';

/** A turn found by a sweep. */
export interface FoundTurn {
  tenantId: Uuid;
  turnId: Uuid;
  attempt: number;
  releaseNo: number;
}

/** A turn taken back from a worker that stopped answering. */
export interface RecoveredTurn {
  turnId: Uuid;
  agentId: Uuid;
  channelId: Uuid;
  attempt: number;
  state: 'waiting' | 'failed' | 'cancelled';
}

/** What a tenant has to do and how much of it is under way. */
export interface TenantLoad {
  tenantId: Uuid;
  weight: number;
  share: number | null;
  /** Turns released or running. */
  inFlight: number;
  /** Lanes whose head could be released now. */
  due: number;
}

/** How much is to be done, over all tenants. */
export interface TurnBacklog {
  waiting: number;
  released: number;
  running: number;
  /** How long the oldest turn that could start has been due, in seconds; 0 when there is none. */
  oldestDueSeconds: number;
}

const FOUND = `tenant_id as "tenantId", id as "turnId", attempt, release_no as "releaseNo"`;
const LIVE_WORKER = `seen_at > clock_timestamp() - interval '15 seconds'`;

/**
 * Sees over all tenants what is due, and mends it tenant by tenant. Any number of processes may do this at once: each
 * change names the state it expects, so the second one finds nothing to do.
 */
export class Dispatch {
  constructor(private readonly database: Database) {}

  /** Says that a worker lives and how many turns it runs at once; forgets workers long gone. */
  async reportWorker(id: string, slots: number): Promise<void> {
    await this.database.acrossTenants(
      `with gone as (delete from workers where seen_at < clock_timestamp() - interval '1 hour' and id <> $1)
       insert into workers (id, slots, seen_at) values ($1, $2, clock_timestamp())
       on conflict (id) do update set slots = excluded.slots, seen_at = excluded.seen_at`,
      [id, slots],
    );
  }

  /** Says that a worker stops. */
  async forgetWorker(id: string): Promise<void> {
    await this.database.acrossTenants('delete from workers where id = $1', [id]);
  }

  /** The slots of all live workers. */
  async liveSlots(): Promise<number> {
    const [row] = await this.database.acrossTenants<{ slots: number }>(
      `select coalesce(sum(slots), 0)::int as slots from workers where ${LIVE_WORKER}`,
    );
    return row?.slots ?? 0;
  }

  /** Running turns whose lease is over. */
  async leasesOver(limit = 500): Promise<FoundTurn[]> {
    return this.database.acrossTenants(
      `select ${FOUND} from turns where state = 'running' and lease_until < clock_timestamp()
        order by lease_until limit $1`,
      [limit],
    );
  }

  /** Turns that were released `olderThanMs` milliseconds ago and that nobody has claimed. */
  async unclaimed(olderThanMs: number, limit = 500): Promise<FoundTurn[]> {
    return this.database.acrossTenants(
      `select ${FOUND} from turns
        where state = 'released' and released_at < clock_timestamp() - make_interval(secs => $1 / 1000.0)
        order by released_at limit $2`,
      [olderThanMs, limit],
    );
  }

  /** Every tenant with unfinished turns that is served: who is not takes nothing from the others. */
  async loads(): Promise<TenantLoad[]> {
    return this.database.acrossTenants(
      `select t.tenant_id as "tenantId", n.weight, s.share,
              count(*) filter (where t.state in ('released', 'running'))::int as "inFlight",
              count(*) filter (where t.state = 'waiting' and t.available_at <= clock_timestamp())::int as due
         from turns t
         join tenants n on n.id = t.tenant_id
         left join tenant_shares s on s.tenant_id = t.tenant_id
        where t.head and n.status = 'active'
        group by t.tenant_id, n.weight, s.share`,
    );
  }

  /** How much is to be done, over all tenants. */
  async backlog(): Promise<TurnBacklog> {
    const [row] = await this.database.acrossTenants<TurnBacklog & Record<string, unknown>>(
      `select f.released, f.running, h.heads + b.behind as waiting, h.oldest as "oldestDueSeconds"
         from (select count(*)::int as heads,
                      greatest(0, coalesce(extract(epoch from clock_timestamp() - min(available_at)), 0))::float8 as oldest
                 from turns where state = 'waiting' and head) as h,
              (select count(*)::int as behind from turns where state = 'waiting' and not head) as b,
              (select count(*) filter (where state = 'released')::int as released,
                      count(*) filter (where state = 'running')::int as running
                 from turns where state in ('released', 'running')) as f`,
    );
    return row!;
  }

  /** Takes back turns whose lease is over; those out of attempts fail. */
  async recover(tenantId: Uuid, turnIds: Uuid[], maxAttempts: number): Promise<RecoveredTurn[]> {
    return this.database.oneInTenant<RecoveredTurn & Record<string, unknown>>({
      name: 'recover',
      text: `select f.turn_id as "turnId", f.agent_id as "agentId", f.channel_id as "channelId", f.attempt, f.state
               from fence, lateral recover_turns(fence.tenant_id, $2, $3) as f`,
      values: [tenantId, turnIds, maxAttempts],
    });
  }

  /** Counts unclaimed turns as released anew; the caller enqueues them again. */
  async releaseAgain(tenantId: Uuid, turnIds: Uuid[], olderThanMs: number): Promise<Release[]> {
    return this.database.oneInTenant<Release & Record<string, unknown>>({
      name: 'release-again',
      text: `select f.turn_id as "turnId", f.attempt, f.release_no as "releaseNo", f.priority
               from fence, lateral release_again(fence.tenant_id, $2, $3) as f`,
      values: [tenantId, turnIds, olderThanMs],
    });
  }

  /** Tenants whose ledger of usage has entries that no month has yet. */
  async tenantsWithUsage(): Promise<Uuid[]> {
    const rows = await this.database.acrossTenants<{ tenantId: Uuid }>(
      `select n.id as "tenantId" from tenants n left join usage_marks k on k.tenant_id = n.id
        where exists (select from usage_ledger l
          where l.tenant_id = n.id and l.at > coalesce(k.rolled_until, '-infinity')
            and l.at <= clock_timestamp() - interval '1 minute')`,
    );
    return rows.map((row) => row.tenantId);
  }

  /** Adds what a tenant used to its months, except for the last minute. */
  async rollUpUsage(tenantId: Uuid): Promise<void> {
    await this.database.oneInTenant({
      name: 'roll-up-usage',
      text: 'select f.* from fence, lateral roll_up_usage(fence.tenant_id) as f',
      values: [tenantId],
    });
  }

  /** Sets how many turns of a tenant may be in flight. */
  async setShare(tenantId: Uuid, share: number): Promise<void> {
    await this.database.oneInTenant({
      name: 'set-share',
      text: `insert into tenant_shares (tenant_id, share) select fence.tenant_id, $2 from fence
             on conflict (tenant_id) do update set share = excluded.share, updated_at = clock_timestamp()`,
      values: [tenantId, share],
    });
  }

  /** Sessions and jobs that were over so long ago, in milliseconds; at most `limit` of each. */
  async longOver(kind: 'sessions' | 'jobs', { forMs, limit }: { forMs: number; limit: number }): Promise<FoundRow[]> {
    return this.database.acrossTenants<FoundRow & Record<string, unknown>>(
      `select tenant_id as "tenantId", id from ${kind}
        where expires_at < clock_timestamp() - make_interval(secs => $1 / 1000.0) order by expires_at limit $2`,
      [forMs, limit],
    );
  }

  /** The last place taken in each of these channels; a channel that is gone is left out. */
  async lastSeqs(channels: { tenantId: Uuid; channelId: Uuid }[]): Promise<ChannelHead[]> {
    return this.database.acrossTenants(
      `select h.tenant_id as "tenantId", h.channel_id as "channelId", h.last_seq::float8 as "lastSeq"
         from unnest($1::uuid[], $2::uuid[]) as c (tenant_id, channel_id)
         join channel_heads h on h.tenant_id = c.tenant_id and h.channel_id = c.channel_id`,
      [channels.map((c) => c.tenantId), channels.map((c) => c.channelId)],
    );
  }
}

/** A row found by a sweep. */
export interface FoundRow {
  tenantId: Uuid;
  id: Uuid;
}

/** How far a channel has come. */
export interface ChannelHead {
  tenantId: Uuid;
  channelId: Uuid;
  lastSeq: number;
}
