import { FleetError } from '@app/contracts';
import type { Readable } from 'node:stream';
import yauzl from 'yauzl';
import { BlockReader } from './block-reader.js';
import { fileOfBytes, refused, type CheckedFile } from './checked-file.js';

const MOST_ENTRIES = 10_000;
const MOST_BYTES = 1024 * 1024 * 1024;
/** What holds little may be packed as tightly as it likes: long runs of the same are packed a thousandfold. */
const TIGHT_FROM_BYTES = 10 * 1024 * 1024;
const TIGHTEST = 100;
/** Archives in archives in archives are taken by nobody but those who mean harm. */
const DEEPEST = 2;
/** So much of the archives within is unpacked to look at them, all of them together. */
const WITHIN_BYTES = 32 * 1024 * 1024;

const ARCHIVE = /\.(zip|jar|apk|docx|xlsx|pptx|odt|ods|odp|epub)$/i;

/** What may still be unpacked. */
interface Allowance {
  bytes: number;
  entries: number;
}

/**
 * Refuses archives that unpack to far more than they are, overlap themselves, nest deeply, or have names that lead out
 * of the folder they are unpacked in. Reads the directory, and archives within; nothing else is unpacked.
 *
 * @throws FleetError FILE_REFUSED, and what reading the file fails with
 */
export async function checkArchive(file: CheckedFile): Promise<void> {
  await look(file, 1, { bytes: WITHIN_BYTES, entries: MOST_ENTRIES });
}

async function look(file: CheckedFile, depth: number, left: Allowance): Promise<void> {
  const archive = await opened(file);
  try {
    const entries = await entriesOf(archive, left);
    demandModesty(entries, file.size);
    for (const entry of entries) {
      if (ARCHIVE.test(entry.fileName)) await lookInside(archive, entry, { depth, left });
    }
  } finally {
    archive.close();
  }
}

async function opened(file: CheckedFile): Promise<yauzl.ZipFile> {
  try {
    const options = { lazyEntries: true, autoClose: false, validateEntrySizes: true };
    return await yauzl.fromRandomAccessReaderPromise(new BlockReader(file), file.size, options);
  } catch (error) {
    throw unreadable(error);
  }
}

async function entriesOf(archive: yauzl.ZipFile, left: Allowance): Promise<yauzl.Entry[]> {
  const entries: yauzl.Entry[] = [];
  try {
    for await (const entry of archive.eachEntry()) {
      entries.push(entry);
      left.entries -= 1;
      if (left.entries < 0) throw tooLarge(`it holds more than ${MOST_ENTRIES} files`);
    }
  } catch (error) {
    throw unreadable(error);
  }
  return entries;
}

/** Entries that share their bytes make a small archive large without being packed tightly. */
function demandModesty(entries: yauzl.Entry[], size: number): void {
  const sum = (of: (entry: yauzl.Entry) => number): number => entries.reduce((all, entry) => all + of(entry), 0);
  const unpacked = sum((entry) => entry.uncompressedSize);
  const packed = sum((entry) => entry.compressedSize);
  if (unpacked > MOST_BYTES) throw tooLarge('it unpacks to more than 1 GB');
  if (unpacked > TIGHT_FROM_BYTES && unpacked > packed * TIGHTEST) throw tooLarge('it unpacks to far more than it is');
  if (packed > size) throw refused('archive_unreadable', 'The archive is refused: its files overlap');
}

async function lookInside(
  archive: yauzl.ZipFile,
  entry: yauzl.Entry,
  { depth, left }: { depth: number; left: Allowance },
): Promise<void> {
  if (depth >= DEEPEST) throw tooLarge('it holds archives in archives in archives');
  // What is encrypted nobody can look into, and nobody unpacks it by accident.
  if (entry.isEncrypted() || entry.uncompressedSize === 0) return;
  left.bytes -= entry.uncompressedSize;
  if (left.bytes < 0) throw tooLarge('the archives in it are too large to be looked into');
  const bytes = await unpacked(archive, entry);
  // Named like an archive without being one, it is a file as others are.
  if (bytes.readUInt32LE(0) === LOCAL_HEADER) await look(fileOfBytes('application/zip', bytes), depth + 1, left);
}

const LOCAL_HEADER = 0x04034b50;

/** The bytes of an entry, no more than it says it has. */
async function unpacked(archive: yauzl.ZipFile, entry: yauzl.Entry): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    const stream: Readable = await archive.openReadStreamPromise(entry);
    for await (const chunk of stream) chunks.push(chunk as Buffer);
  } catch (error) {
    throw unreadable(error);
  }
  return Buffer.concat([...chunks, Buffer.alloc(chunks.length === 0 ? 4 : 0)]);
}

function tooLarge(why: string): FleetError {
  return refused('archive_too_large', `The archive is refused: ${why}`);
}

/** What is wrong with the archive is its uploader's fault; that the store is away is not. */
function unreadable(error: unknown): unknown {
  if (error instanceof FleetError) return error;
  return refused('archive_unreadable', `The archive cannot be read: ${error instanceof Error ? error.message : ''}`);
}
