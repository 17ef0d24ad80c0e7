import type { Uuid } from '@app/contracts';
import type { Database } from '../database/database.js';

/** How many turns are in each state, and since when the oldest of those that wait could have been run. */
export interface QueueCounts {
  waiting: number;
  released: number;
  running: number;
  /** Dead: they failed, and nobody has had them tried anew or taken off. */
  failed: number;
  /** In milliseconds; null when none waits. Turns that wait for their next attempt are not due yet. */
  oldestWaitingMs: number | null;
}

/** The same of one tenant. */
export interface QueueOfTenant extends QueueCounts {
  tenantId: Uuid;
}

/** All there is to do, and who does it. */
export interface QueueOverview {
  turns: QueueCounts;
  /** Those with the oldest waiting turns first. */
  tenants: QueueOfTenant[];
  workers: { live: number; slots: number };
}

const NOTHING: QueueCounts = { waiting: 0, released: 0, running: 0, failed: 0, oldestWaitingMs: null };

/** Each state is read through the index that has it alone: what is over is not looked at. */
const OPEN = `
  select tenant_id, state, available_at from turns where state = 'waiting' and head and ($1::uuid is null or tenant_id = $1)
   union all
  select tenant_id, state, available_at from turns where state = 'waiting' and not head and ($1::uuid is null or tenant_id = $1)
   union all
  select tenant_id, state, available_at from turns where state in ('released', 'running') and ($1::uuid is null or tenant_id = $1)
   union all
  select tenant_id, state, available_at from turns where state = 'failed' and ($1::uuid is null or tenant_id = $1)`;

const COUNTS = `
  select tenant_id as "tenantId", count(*) filter (where state = 'waiting')::int as waiting,
         count(*) filter (where state = 'released')::int as released,
         count(*) filter (where state = 'running')::int as running,
         count(*) filter (where state = 'failed')::int as failed,
         round(extract(epoch from clock_timestamp() - min(available_at)
           filter (where state = 'waiting' and available_at <= clock_timestamp())) * 1000)::float8 as "oldestWaitingMs"
    from (${OPEN}) open group by grouping sets ((tenant_id), ())
   order by tenant_id is null desc, "oldestWaitingMs" desc nulls last, failed desc, tenant_id limit $2`;

/** How the queue stands, over all tenants. Sees states and times alone. */
export class QueueDirectory {
  constructor(private readonly database: Database) {}

  /** @param most so many tenants at most */
  async overview(most: number): Promise<QueueOverview> {
    const [rows, [workers]] = await Promise.all([
      this.counts(undefined, most + 1),
      this.database.acrossTenants<{ live: number; slots: number }>(
        `select count(*)::int as live, coalesce(sum(slots), 0)::int as slots from workers
          where seen_at > clock_timestamp() - interval '15 seconds'`,
      ),
    ]);
    const all = rows.find(({ tenantId }) => tenantId === null);
    const tenants = rows.flatMap(({ tenantId, ...counts }) => (tenantId === null ? [] : [{ tenantId, ...counts }]));
    return { turns: all ? countsIn(all) : NOTHING, tenants, workers: workers! };
  }

  async ofTenant(tenantId: Uuid): Promise<QueueCounts> {
    const [row] = await this.counts(tenantId, 1);
    return row ? countsIn(row) : NOTHING;
  }

  private async counts(tenantId: Uuid | undefined, limit: number): Promise<CountsRow[]> {
    return this.database.acrossTenants<CountsRow & Record<string, unknown>>(COUNTS, [tenantId ?? null, limit]);
  }
}

/** Of all together there is no tenant. */
interface CountsRow extends QueueCounts {
  tenantId: Uuid | null;
}

function countsIn({ tenantId: _, ...counts }: CountsRow): QueueCounts {
  return counts;
}
