import { derivedId, type Uuid } from '@app/contracts';
import { ARCHIVED_TABLES, isDuplicate, TenantDirectory, type ArchivedTable, type Database } from '@app/persistence';
import type { SecretBox } from '@app/platform';
import { CommandError } from '../command-error.js';
import type { ArchiveHead } from './archive-format.js';
import { lookThrough, rowsOf } from './archive-reader.js';
import { boxOf, isSecret, reseal, type Seal } from './resealing.js';

const BATCH = 200;

/** What is imported, and how. */
export interface Import {
  database: Database;
  file: string;
  /** Another slug than it had there: then it is another tenant, also where the first one still is. */
  as?: string;
  /** What seals secrets here. */
  box: SecretBox;
  passphrase?: string;
  signal: AbortSignal;
}

/** What an import came to: how many rows the archive has of each table, and how many there are now. */
export interface Imported {
  tenantId: Uuid;
  tables: { name: string; there: number; here: number }[];
}

/**
 * Makes a tenant of an archive, suspended. May be run again: what is here already stays as it is.
 *
 * @throws CommandError for what is no whole archive, and before anything is written
 */
export async function importTenant({ database, file, as, box, passphrase, signal }: Import): Promise<Imported> {
  const { head, counts } = await lookThrough(file);
  const seal = sealOf(head, counts, passphrase);
  if (seal) await tryToOpen(file, seal);
  const tenantId = await tenantFor(database, head, as);
  const tables = new Map(ARCHIVED_TABLES.map((table) => [table.name, table]));
  const store = (table: ArchivedTable, rows: string[]): Promise<void> =>
    database.inTenant(tenantId, (scope) => scope.archive.store(table, rows));
  let open: { table: ArchivedTable; rows: string[] } | undefined;
  for await (const { table: name, row } of rowsOf(file)) {
    signal.throwIfAborted();
    const table = tables.get(name);
    if (!table) throw new CommandError(`This program knows no table ${name}: use the one that made the archive.`);
    if (open && (open.table !== table || open.rows.length === BATCH)) {
      await store(open.table, open.rows);
      open = undefined;
    }
    open ??= { table, rows: [] };
    open.rows.push(table.sealed && seal ? reseal(name, row, { from: seal, to: { box, tenantId } }) : row);
  }
  if (open) await store(open.table, open.rows);
  const told = ARCHIVED_TABLES.map(async (table) => {
    const here = await database.inTenant(tenantId, (scope) => scope.archive.count(table));
    return { name: table.name, there: counts[table.name] ?? 0, here };
  });
  return { tenantId, tables: await Promise.all(told) };
}

/** What opens the archive's secrets; undefined when it has none. @throws CommandError when it does not */
function sealOf(head: ArchiveHead, counts: Record<string, number>, passphrase?: string): Seal | undefined {
  const secrets = (counts['agent_secrets'] ?? 0) + (counts['tenant_settings'] ?? 0);
  if (head.salt === null || (secrets === 0 && passphrase === undefined)) return undefined;
  if (passphrase === undefined) throw new CommandError('Its secrets need the passphrase they were exported with.');
  return { box: boxOf(passphrase, Buffer.from(head.salt, 'base64')), tenantId: head.tenant.id };
}

/** @throws CommandError before anything is written, when the passphrase is another one */
async function tryToOpen(file: string, seal: Seal): Promise<void> {
  const sealed = new Set(ARCHIVED_TABLES.flatMap(({ name, sealed: is }) => (is ? [name] : [])));
  for await (const { table, row } of rowsOf(file)) {
    if (!sealed.has(table) || !isSecret(row)) continue;
    try {
      reseal(table, row, { from: seal, to: seal });
      return; // all were sealed alike
    } catch {
      throw new CommandError('Its secrets do not open: they were exported with another passphrase.');
    }
  }
}

/** The tenant that this archive makes here: always the same one. Another one of its slug is not touched. */
async function tenantFor(database: Database, { tenant }: ArchiveHead, as?: string): Promise<Uuid> {
  const id = as === undefined ? tenant.id : derivedId(tenant.id, `as:${as}`);
  const slug = as ?? tenant.slug;
  const known = await database.inTenant(id, (scope) => scope.tenant.find());
  if (known) {
    if (known.status === 'suspended') return id;
    throw new CommandError(`The tenant ${id} is here already, and ${known.status}: name it anew with --as.`);
  }
  const other = slug === null ? undefined : await new TenantDirectory(database).findBySlug(slug);
  if (other !== undefined) throw new CommandError(`Another tenant is called ${slug}: name this one with --as.`);
  try {
    await database.inTenant(id, async (scope) => {
      await scope.tenant.insert({ name: tenant.name, slug, weight: tenant.weight });
      await scope.tenant.update({ status: 'suspended' });
    });
  } catch (error) {
    throw isDuplicate(error) ? new CommandError(`Another tenant is called ${slug}: name this one with --as.`) : error;
  }
  return id;
}
