import type { Uuid } from '@app/contracts';
import { MediaDispatch, TenantDirectory, type Database } from '@app/persistence';
import { parseEnv } from '@app/platform';
import { openStorage, StorageEnv, type OpenStorage } from '@app/storage';
import { checkFiles, type CheckParts, type FilesFound } from '../checking/tenant-files-check.js';
import { EXIT, type Command, type CommandContext, type Given } from '../command.js';
import { OperatingEnv } from '../env.js';
import { openDatabase, opened } from '../stores.js';
import { namedTenant } from '../tenants.js';

/** So many of a kind are named; the rest is counted. */
const NAMED = 20;

/** Compares files as Postgres knows them with what is in the bucket. */
export const mediaCheckCommand: Command = {
  name: 'media check',
  summary: 'Compares the rows of files with the objects in the bucket, both ways; fails when they differ',
  parameters: [],
  options: {
    tenant: { type: 'string', value: 'TENANT', what: 'Only this one: its id or slug, or "default"' },
    repair: {
      type: 'boolean',
      what: 'Delete objects that no row knows of, and give up files whose object is lost',
    },
  },
  stores: ['postgres', 's3'],
  async run(given, context) {
    const database = await openDatabase(parseEnv(OperatingEnv, context.env));
    try {
      const storage = await opened('The object store', () => openStorage(parseEnv(StorageEnv, context.env)));
      try {
        return await check(given, context, { database, storage });
      } finally {
        await storage.close();
      }
    } finally {
      await database.close();
    }
  },
};

async function check(
  { options }: Given,
  { terminal, signal }: CommandContext,
  { database, storage }: { database: Database; storage: OpenStorage },
): Promise<number> {
  const repairs = options['repair'] === true;
  const parts: CheckParts = { database, storage, signal, ...(repairs ? { repair: repairsOf(database, storage) } : {}) };
  let faults = 0;
  let unsolved = 0;
  for await (const { tenantId, name } of tenantsToCheck(database, options['tenant'] as string | undefined)) {
    const found = await checkFiles(tenantId, parts);
    const { missing, differing, unknown } = found;
    terminal.line(`${name}: ${told(found)}`);
    for (const [what, keys] of Object.entries({ missing, differing, unknown, strange: found.strange })) {
      for (const key of keys.slice(0, NAMED)) terminal.line(`  ${what}  ${key}`);
      if (keys.length > NAMED) terminal.line(`  ${what}  and ${keys.length - NAMED} more`);
    }
    faults += missing.length + differing.length + unknown.length;
    unsolved += differing.length + (repairs ? 0 : missing.length + unknown.length);
  }
  if (options['tenant'] === undefined) {
    for (const tenantId of await leftBy(database, storage)) {
      terminal.line(`${tenantId}: objects of a tenant that is not there`);
      faults += 1;
      if (repairs) await new MediaDispatch(database).noteDeparted(tenantId);
      else unsolved += 1;
    }
  }
  if (faults === 0) terminal.line('Rows and objects agree.');
  else if (repairs) terminal.line(`${faults} faults were found, ${faults - unsolved} of them are put right.`);
  else terminal.line(`${faults} faults were found. With --repair what can be is put right.`);
  return unsolved === 0 ? EXIT.done : EXIT.failed;
}

function told({ sound, missing, differing, unknown, strange }: FilesFound): string {
  const counts = { missing, differing, unknown, strange };
  const wrong = Object.entries(counts).filter(([, keys]) => keys.length > 0);
  return [`${sound} sound`, ...wrong.map(([what, keys]) => `${keys.length} ${what}`)].join(', ');
}

/** Rows go the way that all rows of files go: they are marked, and the media-service sweeps them. */
function repairsOf(database: Database, { objects }: OpenStorage): NonNullable<CheckParts['repair']> {
  return {
    missing: async ({ tenantId, id }) => {
      await database.inTenant(tenantId, (tenant) => tenant.media.letGo(id));
    },
    unknown: (object) => objects.delete(object),
  };
}

async function* tenantsToCheck(database: Database, named?: string): AsyncGenerator<{ tenantId: Uuid; name: string }> {
  if (named !== undefined) {
    const { id, slug } = await namedTenant(database, named);
    yield { tenantId: id, name: slug ?? id };
    return;
  }
  const directory = new TenantDirectory(database);
  for (let after: Uuid | undefined; ;) {
    const page = await directory.list({ after, limit: 500 });
    for (const { id, slug } of page) yield { tenantId: id, name: slug ?? id };
    after = page.at(-1)?.id;
    if (page.length < 500) return;
  }
}

/** Tenants that have objects and are not there, but for those whose objects are being swept. */
async function leftBy(database: Database, { listing }: OpenStorage): Promise<Uuid[]> {
  const dispatch = new MediaDispatch(database);
  const left: Uuid[] = [];
  for await (const page of listing.tenants()) {
    for (const tenantId of page) {
      if (!(await dispatch.isThere(tenantId)) && !(await dispatch.isDeparted(tenantId))) left.push(tenantId);
    }
  }
  return left;
}
