import { FleetError, mediaObjectPath, newId } from '@app/contracts';
import { MediaPath, type NewMedia } from '@app/persistence';
import { HEAD_BYTES, sniff, type ObjectWriters } from '@app/storage';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { MoveContext } from './arrival.js';
import type { ElizaosFiles, FoundFile } from './elizaos-files.js';
import { Tally } from './tally.js';

/** So long one file may take, in milliseconds; what is left of one that took longer is swept. */
const WITHIN_MS = 60 * 60 * 1000;

const TELL_EVERY_MS = 5_000;

/** Brings files over. One that is here stays as it is; what is no kind of file that is stored here stays behind. */
export async function moveFiles(files: ElizaosFiles, context: MoveContext, writers: ObjectWriters): Promise<Tally> {
  const { database, tenantId, dryRun, terminal, signal } = context;
  const media = new MediaPath(database);
  const tally = new Tally('files', await files.count());
  let told = Date.now();
  for await (const portion of files.portions(tally)) {
    for (const file of portion) {
      signal.throwIfAborted();
      if (await media.find(tenantId, file)) tally.found += 1;
      else {
        const type = await typeOf(file);
        if (type === undefined) tally.leave('are empty, or of a kind that is not stored');
        else if (dryRun) tally.added += 1;
        else if (await bring({ ...file, type }, context, { media, writers })) {
          tally.added += 1;
          tally.found += 1;
        } else tally.leave('were deleted here');
      }
      if (Date.now() - told < TELL_EVERY_MS) continue;
      told = Date.now();
      terminal.line(`  files: ${tally.found + tally.leftBehind} of ${tally.source}`);
    }
  }
  return tally;
}

/** What a file is, by its first bytes as in uploads; undefined when such files are not stored. */
async function typeOf(file: FoundFile): Promise<string | undefined> {
  const handle = await open(file.path);
  try {
    const head = Buffer.alloc(Math.min(HEAD_BYTES, file.size));
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    return bytesRead === 0 ? undefined : await sniff(head.subarray(0, bytesRead), '');
  } catch (error) {
    if (error instanceof FleetError) return undefined;
    throw error;
  } finally {
    await handle.close();
  }
}

/** Stores a file, then lets it be seen. False when it was deleted here. */
async function bring(
  { path, ...found }: FoundFile & { type: string },
  { database, tenantId }: MoveContext,
  { media, writers }: { media: MediaPath; writers: ObjectWriters },
): Promise<boolean> {
  const coming: NewMedia = { ...found, id: newId(), originalName: found.file };
  // A run that was cut off left it on its way; the same bytes go to the same place.
  const isFree = await database.inTenant(tenantId, (tenant) => tenant.media.takeBack(found));
  if (!isFree) return false;
  await media.reserve(tenantId, coming, WITHIN_MS);
  const writer = writers.begin({ tenantId, path: mediaObjectPath(found) }, found.type);
  try {
    const hash = createHash('sha256');
    let size = 0;
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      size += chunk.length;
      await writer.write(chunk);
    }
    await writer.finish();
    return await media.publish(tenantId, coming.id, { size, checksum: hash.digest('hex') });
  } catch (error) {
    await writer.abandon().catch(() => undefined); // what is left is swept
    throw error;
  }
}
