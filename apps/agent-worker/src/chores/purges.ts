import { DEFAULT_RETENTION } from '@app/contracts';
import { Retention, type Database, type PartitionedKind, type TenantScope } from '@app/persistence';
import type { WorkerEnv } from '../env.js';
import { inPortions, type Purge, type Purged } from './purge.js';

/** So many rows go in one transaction. */
const PORTION = 2_000;

const MINUTES = 60_000;

/** Whatever goes when its time is over. What is kept for a time joins here. */
export function purges(database: Database, env: WorkerEnv): Purge[] {
  const retention = new Retention(database);
  const usual = { ...DEFAULT_RETENTION, logs: env.LOG_RETENTION_DAYS };
  const partitioned = (['events', 'logs', 'ledger', 'audit'] as const).map((kind) => ({
    kind,
    intervalMs: 10 * MINUTES,
    work: (signal: AbortSignal) => purgePartitions(retention, { kind, usual: usual[kind] }, signal),
  }));
  const byRows = (
    kind: 'messages' | 'prompts',
    take: (tenant: TenantScope, before: Date, portion: number) => Promise<number>,
  ): Purge => ({
    kind,
    intervalMs: 30 * MINUTES,
    async work(signal) {
      let rows = 0;
      for (const { tenantId, before } of await retention.overdue(kind, usual[kind])) {
        rows += await inPortions(signal, PORTION, (portion) =>
          database.inTenant(tenantId, (tenant) => take(tenant, before, portion)),
        );
        if (signal.aborted) break;
      }
      return { rows };
    },
  });
  return [
    ...partitioned,
    byRows('messages', (tenant, before, portion) => tenant.messages.deleteOlder(before, portion)),
    byRows('prompts', (tenant, before, portion) => tenant.agentLogs.forgetTexts(before, portion)),
  ];
}

/** Drops what nobody needs any more, and takes out what others still need the partition for. */
async function purgePartitions(
  retention: Retention,
  { kind, usual }: { kind: PartitionedKind; usual?: number },
  signal: AbortSignal,
): Promise<Purged> {
  let rows = 0;
  let partitions = 0;
  const past = await retention.past(kind, usual);
  for (const { name, overdue, isDroppable } of [...past, ...(await retention.pastInUnbounded(kind, usual))]) {
    if (signal.aborted) break;
    if (isDroppable) partitions += (await retention.drop(name)) ? 1 : 0;
    else {
      for (const one of overdue) {
        rows += await inPortions(signal, PORTION, (portion) => retention.forget(name, one, portion));
      }
    }
  }
  return { rows, partitions };
}
