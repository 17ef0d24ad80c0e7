import yauzl from 'yauzl';
import { PassThrough, type Readable } from 'node:stream';
import { buffer as bufferOf } from 'node:stream/consumers';
import type { CheckedFile } from './checked-file.js';

/** An archive's directory is read in small pieces one after the other: one call to the store serves thousands. */
const BLOCK_BYTES = 256 * 1024;

/** Reads an archive in the store where it is read, and not all of it. */
export class BlockReader extends yauzl.RandomAccessReader {
  private block = Buffer.alloc(0);
  private from = 0;

  constructor(private readonly file: CheckedFile) {
    super();
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const through = new PassThrough();
    if (start >= end) return through.end();
    this.file.open({ start, end: end - 1 }).then(
      (stream) => {
        stream.on('error', (error) => through.destroy(error));
        through.on('close', () => stream.destroy());
        stream.pipe(through);
      },
      (error: Error) => through.destroy(error),
    );
    return through;
  }

  // eslint-disable-next-line no-restricted-syntax -- as the library calls it
  override read(
    into: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.load(position, length).then(
      () => {
        this.block.copy(into, offset, position - this.from, position - this.from + length);
        callback(null);
      },
      (error: Error) => callback(error),
    );
  }

  private async load(position: number, length: number): Promise<void> {
    const last = position + length;
    if (position >= this.from && last <= this.from + this.block.length) return;
    if (last > this.file.size) throw new Error('The archive points past its end');
    const end = Math.min(Math.max(position + BLOCK_BYTES, last), this.file.size) - 1;
    this.block = await bufferOf(await this.file.open({ start: position, end }));
    this.from = position;
    if (this.block.length < length) throw new Error('The archive ended early');
  }
}
