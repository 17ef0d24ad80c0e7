import type { RetainedKind, Uuid } from '@app/contracts';
import type { Database } from '../database/database.js';

/** The kinds that stand in tables partitioned by time. */
export const PARTITIONED = {
  events: 'channel_events',
  logs: 'agent_logs',
  ledger: 'usage_ledger',
  audit: 'audit_log',
} as const satisfies Partial<Record<RetainedKind, string>>;

/** A kind of which whole partitions are dropped. */
export type PartitionedKind = keyof typeof PARTITIONED;

/** A tenant whose time is over for what is older than `before`. */
export interface Overdue {
  tenantId: Uuid;
  before: Date;
}

/** A partition whose time is over for somebody. */
export interface PastPartition {
  name: string;
  /** The tenants whose time is over. */
  overdue: Overdue[];
  /** No tenant needs anything of it any more. */
  isDroppable: boolean;
}

interface Partition {
  name: string;
  key: string;
  since: Date | null;
  until: Date | null;
}

/**
 * Sees over all tenants what is past its time. Rows of a partition go when all of it is past: as a whole when that holds for
 * every tenant that has some in it, else tenant by tenant. Any number of processes may do this at once.
 */
export class Retention {
  constructor(private readonly database: Database) {}

  /** Makes the partitions of the weeks and months to come; answers which. None while somebody else does. */
  async makePartitions(): Promise<string[]> {
    const rows = await this.database.acrossTenants<{ name: string }>('select name from make_partitions() as name');
    return rows.map(({ name }) => name);
  }

  /**
   * The partitions of a kind that are past for somebody, oldest first.
   *
   * @param usual for how many days it is kept where a plan does not say; for ever when not given
   */
  async past(kind: PartitionedKind, usual?: number): Promise<PastPartition[]> {
    const partitions = await this.partitions(kind);
    const [shortest] = await this.database.acrossTenants<{ until: Date | null }>(
      `select clock_timestamp() - make_interval(days => min(coalesce((retention ->> $1)::int, $2))) as until from plans`,
      [kind, usual ?? null],
    );
    const found: PastPartition[] = [];
    for (const { name, key, since, until } of partitions) {
      if (!until || !shortest?.until || until > shortest.until) continue;
      const present = await this.database.acrossTenants<{ tenantId: Uuid; isOver: boolean }>(
        presentIn(PARTITIONED[kind], key),
        [kind, usual ?? null, since ?? '-infinity', until],
      );
      const overdue = present.filter(({ isOver }) => isOver).map(({ tenantId }) => ({ tenantId, before: until }));
      found.push({ name, overdue, isDroppable: overdue.length === present.length });
    }
    return found;
  }

  /**
   * What is past in the partitions that are of no one week or month: of what was there before there were partitions, and
   * of the rest. There rows go by their age.
   */
  async pastInUnbounded(kind: PartitionedKind, usual?: number): Promise<PastPartition[]> {
    const family = PARTITIONED[kind];
    const partitions = await this.partitions(kind);
    const { key, since } = partitions.find((partition) => partition.since)!;
    const overdue = await this.database.acrossTenants<Overdue & Record<string, unknown>>(
      `with term as (select p.name, least(clock_timestamp() - make_interval(days => coalesce((p.retention ->> $1)::int, $2)),
                                          $3::timestamptz) as before
                       from plans p where coalesce((p.retention ->> $1)::int, $2) is not null),
            old as materialized (
              select distinct f.tenant_id from ${family} f where f.${key} < (select max(before) from term))
       select n.id as "tenantId", term.before from old
         join tenants n on n.id = old.tenant_id join term on term.name = n.plan
        where exists (select from ${family} f where f.tenant_id = n.id and f.${key} < term.before)`,
      [kind, usual ?? null, since],
    );
    return partitions
      .filter((partition) => !partition.since)
      .map(({ name }) => ({ name, overdue, isDroppable: false }));
  }

  /** Drops a partition that nobody needs. False when it is gone already. */
  async drop(name: string): Promise<boolean> {
    const [row] = await this.database.acrossTenants<{ dropped: boolean }>('select drop_partition($1) as dropped', [
      name,
    ]);
    return row!.dropped;
  }

  /** Deletes up to so many of a tenant's rows of a partition. Answers how many. */
  async forget(partition: string, { tenantId, before }: Overdue, portion: number): Promise<number> {
    const [row] = await this.database.oneInTenant<{ rows: number }>({
      name: 'forget-old',
      text: 'select forget_old(fence.tenant_id, $2, $3, $4)::float8 as rows from fence',
      values: [tenantId, partition, before, portion],
    });
    return row!.rows;
  }

  /** The tenants whose plan says for how long a kind is kept that stands in no partitions. */
  async overdue(kind: Exclude<RetainedKind, PartitionedKind>, usual?: number): Promise<Overdue[]> {
    return this.database.acrossTenants<Overdue & Record<string, unknown>>(
      `select n.id as "tenantId",
              clock_timestamp() - make_interval(days => coalesce((p.retention ->> $1)::int, $2)) as before
         from tenants n join plans p on p.name = n.plan where coalesce((p.retention ->> $1)::int, $2) is not null`,
      [kind, usual ?? null],
    );
  }

  private async partitions(kind: PartitionedKind): Promise<Partition[]> {
    return this.database.acrossTenants<Partition & Record<string, unknown>>(
      'select name, key, since, until from partitions() where family = $1 order by until',
      [PARTITIONED[kind]],
    );
  }
}

/**
 * The tenants that have rows in a part of a table, and whether the time of all of it is over for them. Hops from tenant to
 * tenant through the primary key. Of the ledger the sums have to stand first.
 */
function presentIn(family: string, key: string): string {
  const next = (more: string): string =>
    `select f.tenant_id from ${family} f where f.${key} >= $3 and f.${key} < $4 ${more} order by f.tenant_id limit 1`;
  return `with recursive present as (
      (${next('')})
       union all
      select (${next('and f.tenant_id > present.tenant_id')}) from present where present.tenant_id is not null)
    select n.id as "tenantId",
           coalesce($4 <= clock_timestamp() - make_interval(days => coalesce((p.retention ->> $1)::int, $2)), false)
             and ($1 <> 'ledger' or coalesce(k.rolled_until, '-infinity') >= $4) as "isOver"
      from present join tenants n on n.id = present.tenant_id join plans p on p.name = n.plan
      left join usage_marks k on k.tenant_id = n.id`;
}
