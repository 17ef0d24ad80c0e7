import { randomBytes } from 'node:crypto';
import { ARCHIVED_TABLES, type ArchivedTable, type Database, type Tenant } from '@app/persistence';
import type { SecretBox } from '@app/platform';
import { CommandError } from '../command-error.js';
import { ARCHIVE } from './archive-format.js';
import { ArchiveWriter } from './archive-writer.js';
import { boxOf, isSecret, reseal, type Seal } from './resealing.js';

const PAGE = 500;

/** What is exported, and how. */
export interface Export {
  database: Database;
  tenant: Tenant;
  file: string;
  /** What seals secrets here; without a passphrase they stay behind. */
  box: SecretBox;
  passphrase?: string;
  signal: AbortSignal;
}

/** What an export came to. */
export interface Exported {
  counts: Record<string, number>;
  /** So many secrets were left behind for want of a passphrase. */
  secretsLeft: number;
}

/**
 * Writes all that moves with a tenant into an archive, a page at a time.
 *
 * @throws CommandError while the tenant is served or still at work, and when something changed meanwhile: an archive that
 * is taken on the way would have answers without their questions
 */
export async function exportTenant(wanted: Export): Promise<Exported> {
  const { database, tenant, file, passphrase } = wanted;
  await demandRest(database, tenant);
  const salt = passphrase === undefined ? null : randomBytes(16);
  const { id, name, slug, weight } = tenant;
  const head = { ...ARCHIVE, exportedAt: new Date().toISOString(), tenant: { id, name, slug, weight } };
  const writer = await ArchiveWriter.begin(file, { ...head, salt: salt?.toString('base64') ?? null });
  try {
    const to = salt && passphrase !== undefined ? { box: boxOf(passphrase, salt), tenantId: id } : undefined;
    let secretsLeft = 0;
    for (const table of ARCHIVED_TABLES) secretsLeft += await writeTable(writer, table, { ...wanted, to });
    await demandRest(database, tenant);
    return { counts: await writer.end(), secretsLeft };
  } catch (error) {
    await writer.drop();
    throw error;
  }
}

/** Answers how many secrets were left behind. */
async function writeTable(
  writer: ArchiveWriter,
  table: ArchivedTable,
  { database, tenant, box, signal, to }: Export & { to?: Seal },
): Promise<number> {
  const from: Seal = { box, tenantId: tenant.id };
  let left = 0;
  let seen = 0;
  for (let after: string | undefined; ;) {
    signal.throwIfAborted();
    const rows = await database.inTenant(tenant.id, (scope) => scope.archive.page(table, after, PAGE));
    for (const { row } of rows) {
      if (!table.sealed) await writer.row(table.name, row);
      else if (to) await writer.row(table.name, reseal(table.name, row, { from, to }));
      else if (isSecret(row)) left++;
      else await writer.row(table.name, row);
    }
    seen += rows.length;
    after = rows.at(-1)?.place;
    if (rows.length < PAGE) break;
  }
  const count = await database.inTenant(tenant.id, (scope) => scope.archive.count(table));
  if (count !== seen) throw new CommandError(`The tenant changed while it was exported (${table.name}): try again.`);
  return left;
}

async function demandRest(database: Database, { id }: Tenant): Promise<void> {
  const [tenant, counts] = await database.inTenant(
    id,
    async (scope) =>
      [
        await scope.tenant.find(),
        [
          await scope.queue.page({ state: 'running', limit: 1 }),
          await scope.queue.page({ state: 'released', limit: 1 }),
        ],
      ] as const,
  );
  if (tenant?.status !== 'suspended') {
    throw new CommandError(
      `Suspend the tenant first, so that nothing changes meanwhile: npm run admin -- tenants suspend ${id}`,
    );
  }
  if (counts.flat().length > 0) throw new CommandError('Answers are still being given: try again in a moment.');
}
