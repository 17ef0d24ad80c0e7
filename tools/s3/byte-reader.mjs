import { S3Error } from './errors.mjs';

const longestLine = 8192;

/** Reads lines, counted bytes and delimited bytes from a stream, holding no more than one piece of it in memory. */
export class ByteReader {
  #pieces;
  #buffer;

  /**
   * @param {AsyncIterable<Buffer>} source
   * @param {Buffer} [before] bytes to be read ahead of the source
   */
  constructor(source, before = Buffer.alloc(0)) {
    this.#pieces = source[Symbol.asyncIterator]();
    this.#buffer = before;
  }

  /** The next line without its line end. */
  async line() {
    let end;
    while ((end = this.#buffer.indexOf('\n')) < 0) {
      if (this.#buffer.length > longestLine) throw new S3Error('InvalidRequest', 'A line of the body is too long.');
      await this.#fill();
    }
    return this.#cut(end + 1)
      .toString('utf8')
      .replace(/\r?\n$/, '');
  }

  /** Yields exactly `count` bytes, in pieces. */
  async *take(count) {
    for (let left = count; left > 0;) {
      if (this.#buffer.length === 0) await this.#fill();
      const piece = this.#cut(Math.min(left, this.#buffer.length));
      left -= piece.length;
      yield piece;
    }
  }

  /** Yields what comes before the delimiter, in pieces, and swallows the delimiter. */
  async *until(delimiter) {
    let at;
    while ((at = this.#buffer.indexOf(delimiter)) < 0) {
      // The end of the buffer may be the beginning of the delimiter.
      const safe = this.#buffer.length - (delimiter.length - 1);
      if (safe > 0) yield this.#cut(safe);
      await this.#fill();
    }
    if (at > 0) yield this.#cut(at);
    this.#cut(delimiter.length);
  }

  /** Reads to the end of the source and forgets it. */
  async discard() {
    this.#buffer = Buffer.alloc(0);
    while (!(await this.#pieces.next()).done);
  }

  async #fill() {
    const { done, value } = await this.#pieces.next();
    if (done) throw new S3Error('IncompleteBody');
    this.#buffer = this.#buffer.length === 0 ? value : Buffer.concat([this.#buffer, value]);
  }

  #cut(count) {
    const piece = this.#buffer.subarray(0, count);
    this.#buffer = this.#buffer.subarray(count);
    return piece;
  }
}
