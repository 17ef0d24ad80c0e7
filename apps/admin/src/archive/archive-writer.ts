import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';
import type { ArchiveEnd, ArchiveHead } from './archive-format.js';

/** Writes an archive line by line. Under its name stands only what is whole. */
export class ArchiveWriter {
  private readonly hash = createHash('sha256');
  private readonly counts: Record<string, number> = {};
  private readonly gzip: Gzip = createGzip();
  private readonly written: Promise<void>;

  private constructor(private readonly file: string) {
    // Only whoever writes it may read it: it has everything a tenant has.
    const out = createWriteStream(this.part, { flags: 'w', mode: 0o600 });
    this.written = finished(this.gzip.pipe(out));
    this.written.catch(() => undefined);
  }

  static async begin(file: string, head: ArchiveHead): Promise<ArchiveWriter> {
    const writer = new ArchiveWriter(file);
    await writer.line(JSON.stringify(head));
    return writer;
  }

  /** @param row JSON without line breaks, as Postgres writes it */
  async row(table: string, row: string): Promise<void> {
    this.counts[table] = (this.counts[table] ?? 0) + 1;
    await this.line(`${table}\t${row}`);
  }

  /** Ends it, and gives it its name. Answers how many rows of each table it has. */
  async end(): Promise<Record<string, number>> {
    const end: ArchiveEnd = { end: true, counts: this.counts, sha256: this.hash.copy().digest('hex') };
    await this.line(JSON.stringify(end));
    this.gzip.end();
    await this.written;
    await rename(this.part, this.file);
    return this.counts;
  }

  /** Leaves nothing behind. */
  async drop(): Promise<void> {
    this.gzip.destroy();
    await rm(this.part, { force: true });
  }

  private get part(): string {
    return `${this.file}.part`;
  }

  private async line(text: string): Promise<void> {
    const bytes = Buffer.from(`${text}\n`);
    this.hash.update(bytes);
    if (!this.gzip.write(bytes)) await Promise.race([once(this.gzip, 'drain'), this.written]);
  }
}
