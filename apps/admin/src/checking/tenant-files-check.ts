import { mediaObjectPath, parseMediaObjectPath, type Uuid } from '@app/contracts';
import type { Database, KnownMedia } from '@app/persistence';
import type { ListedObject, OpenStorage } from '@app/storage';

/** What a tenant's files come to. */
export interface FilesFound {
  /** Files that are as their rows say. */
  sound: number;
  /** Rows without their object. */
  missing: string[];
  /** Objects that are not as long as their rows say. */
  differing: string[];
  /** Objects that no row knows of. */
  unknown: string[];
  /** Objects below the tenant's prefix that are no files of ours: nobody here deletes them. */
  strange: string[];
}

/** Which side of the comparison goes first. */
const END = '\uffff';

/** Whom a check works with. */
export interface CheckParts {
  database: Database;
  storage: Pick<OpenStorage, 'objects' | 'listing'>;
  /** Called for each thing found, where it is to be put right. */
  repair?: { missing(media: KnownMedia): Promise<void>; unknown(object: ListedObject): Promise<void> };
  signal: AbortSignal;
}

/**
 * Compares rows and objects of a tenant in one walk through both, in the order of their keys: no more of them are in memory
 * than a page. What looks wrong is looked at again, as files come and go meanwhile.
 */
export async function checkFiles(tenantId: Uuid, parts: CheckParts): Promise<FilesFound> {
  const found: FilesFound = { sound: 0, missing: [], differing: [], unknown: [], strange: [] };
  const rows = one(rowsOf(tenantId, parts.database));
  const objects = one(parts.storage.listing.objects(tenantId));
  let [row, object] = [await rows.next(), await objects.next()];
  while (!row.done || !object.done) {
    parts.signal.throwIfAborted();
    const rowKey = row.done ? END : keyOf(row.value);
    const objectKey = object.done ? END : object.value.path.join('/');
    if (rowKey === objectKey) {
      compare(row.value as KnownMedia, object.value as ListedObject, found);
      [row, object] = [await rows.next(), await objects.next()];
    } else if (rowKey < objectKey) {
      await withoutObject(tenantId, row.value as KnownMedia, { found, parts });
      row = await rows.next();
    } else {
      await withoutRow(object.value as ListedObject, { found, parts });
      object = await objects.next();
    }
  }
  return found;
}

interface Noting {
  found: FilesFound;
  parts: CheckParts;
}

function compare(row: KnownMedia, object: ListedObject, found: FilesFound): void {
  if (row.state !== 'ready') return;
  if (row.size === object.length) found.sound += 1;
  else found.differing.push(keyOf(row));
}

async function withoutObject(tenantId: Uuid, row: KnownMedia, { found, parts }: Noting): Promise<void> {
  if (row.state !== 'ready') return;
  if (await parts.storage.objects.find({ tenantId, path: mediaObjectPath(row) })) return;
  const now = await parts.database.inTenant(tenantId, (tenant) => tenant.media.findAt(row));
  if (now?.state !== 'ready') return;
  found.missing.push(keyOf(row));
  await parts.repair?.missing(row);
}

async function withoutRow(object: ListedObject, { found, parts }: Noting): Promise<void> {
  const { tenantId } = object;
  const key = object.path.join('/');
  const place = parseMediaObjectPath(key);
  const [, upload] = /^incoming\/([0-9a-f-]{36})$/.exec(key) ?? [];
  if (!place && upload === undefined) return void found.strange.push(key);
  const isKnown = await parts.database.inTenant(tenantId, async (tenant) =>
    place ? await tenant.media.findAt(place) : await tenant.uploads.find(upload!),
  );
  // Its row may have gone with it since it was listed.
  if (isKnown || !(await parts.storage.objects.find(object))) return;
  found.unknown.push(key);
  await parts.repair?.unknown(object);
}

/** The rows of a tenant in the order of their keys, a page at a time. */
async function* rowsOf(tenantId: Uuid, database: Database): AsyncGenerator<KnownMedia[]> {
  for (const ownerKind of ['generated', 'agent', 'channel'] as const) {
    let after: KnownMedia | undefined;
    do {
      const page: KnownMedia[] = await database.inTenant(tenantId, (tenant) =>
        tenant.media.page(ownerKind, { after, limit: 1_000 }),
      );
      yield page;
      after = page.length === 1_000 ? page.at(-1) : undefined;
    } while (after);
  }
}

/** What comes in pages, one by one. */
async function* one<T>(pages: AsyncGenerator<T[]>): AsyncGenerator<T, undefined> {
  for await (const page of pages) yield* page;
  return undefined;
}

function keyOf(media: KnownMedia): string {
  return mediaObjectPath(media).join('/');
}
