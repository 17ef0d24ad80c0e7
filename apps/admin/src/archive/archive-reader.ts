import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { CommandError } from '../command-error.js';
import { ARCHIVE, type ArchiveEnd, type ArchiveHead } from './archive-format.js';

const LINE_FEED = 0x0a;

/** A row of an archive, as JSON. */
export interface ArchiveLine {
  table: string;
  row: string;
}

/** An archive that was looked through: it is whole, and nobody has changed it. */
export interface ReadArchive {
  head: ArchiveHead;
  counts: Record<string, number>;
}

/**
 * Looks an archive through before anything is done with it.
 *
 * @throws CommandError when it is none, of another version, not whole or changed
 */
export async function lookThrough(file: string): Promise<ReadArchive> {
  const hash = createHash('sha256');
  const counts: Record<string, number> = {};
  let head: ArchiveHead | undefined;
  let last: string | undefined;
  for await (const line of linesOf(file)) {
    if (last !== undefined) {
      hash.update(`${last}\n`);
      if (head) {
        const table = last.slice(0, last.indexOf('\t'));
        counts[table] = (counts[table] ?? 0) + 1;
      }
      head ??= headIn(last, file);
    }
    last = line;
  }
  const end = endIn(last);
  if (!head || !end) throw new CommandError(`${file} is not whole: export the tenant again.`);
  if (end.sha256 !== hash.digest('hex') || !sameCounts(end.counts, counts)) {
    throw new CommandError(`${file} is not what was exported: its checksum differs.`);
  }
  return { head, counts };
}

/** The rows of an archive that was looked through, in its order. */
export async function* rowsOf(file: string): AsyncGenerator<ArchiveLine> {
  for await (const line of linesOf(file)) {
    const tab = line.indexOf('\t');
    if (tab > 0 && !line.startsWith('{')) yield { table: line.slice(0, tab), row: line.slice(tab + 1) };
  }
}

/** Lines end with a line feed and nothing else: texts may have other characters that break lines elsewhere. */
async function* linesOf(file: string): AsyncGenerator<string> {
  const source = createReadStream(file);
  const text = source.pipe(createGunzip());
  source.on('error', (error) => text.destroy(error));
  let rest: Buffer[] = [];
  try {
    for await (const chunk of text as AsyncIterable<Buffer>) {
      let from = 0;
      for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, from)) {
        yield Buffer.concat([...rest, chunk.subarray(from, at)]).toString('utf8');
        rest = [];
        from = at + 1;
      }
      rest.push(chunk.subarray(from));
    }
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`${file} cannot be read as an archive: ${(error as Error).message}`);
  } finally {
    source.destroy();
  }
}

function headIn(line: string, file: string): ArchiveHead {
  const head = parsed(line) as Partial<ArchiveHead> | undefined;
  if (head?.format !== ARCHIVE.format) throw new CommandError(`${file} is no archive of a tenant.`);
  if (head.version !== ARCHIVE.version) {
    throw new CommandError(
      `${file} is of version ${String(head.version)}; this program knows version ${ARCHIVE.version}.`,
    );
  }
  return head as ArchiveHead;
}

function endIn(line: string | undefined): ArchiveEnd | undefined {
  const end = parsed(line ?? '') as Partial<ArchiveEnd> | undefined;
  return end?.end === true ? (end as ArchiveEnd) : undefined;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function sameCounts(a: Record<string, number>, b: Record<string, number>): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => a[name] === b[name]);
}
