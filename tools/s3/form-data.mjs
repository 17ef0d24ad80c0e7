import { ByteReader } from './byte-reader.mjs';
import { S3Error } from './errors.mjs';

const largestFields = 20 * 1024;

/** A browser's multipart/form-data upload: first the fields, then the file as a stream. What follows it is ignored. */
export class FormUpload {
  /** @type {Record<string, string>} the fields before the file, by lower-case name */
  fields = {};
  fileName = '';
  #reader;
  #delimiter;

  /**
   * @param {AsyncIterable<Buffer>} source
   * @param {string} contentType
   */
  constructor(source, contentType) {
    const match = /^multipart\/form-data;.*\bboundary=(?:"([^"]{1,70})"|([^;\s]{1,70}))/i.exec(contentType);
    if (!match) throw new S3Error('MalformedPOSTRequest');
    this.#delimiter = Buffer.from(`\r\n--${match[1] ?? match[2]}`);
    // The first delimiter has no line end before it. With one put there, all delimiters look alike.
    this.#reader = new ByteReader(source, Buffer.from('\r\n'));
  }

  /** Reads on until the file begins. */
  async readFields() {
    let room = largestFields;
    for await (const _ of this.#reader.until(this.#delimiter));
    for (;;) {
      if ((await this.#reader.line()) !== '') throw new S3Error('InvalidArgument', 'The form has no field named file.');
      const { name, fileName } = parseHead(await this.#readHead());
      if (name === 'file') {
        this.fileName = fileName;
        return;
      }
      const pieces = [];
      for await (const piece of this.#reader.until(this.#delimiter)) {
        room -= piece.length;
        if (room < 0) throw new S3Error('MalformedPOSTRequest', 'The fields before the file are too long.');
        pieces.push(piece);
      }
      this.fields[name] = Buffer.concat(pieces).toString('utf8');
    }
  }

  /** Yields the bytes of the file. */
  async *[Symbol.asyncIterator]() {
    yield* this.#reader.until(this.#delimiter);
    await this.#reader.discard();
  }

  async #readHead() {
    const lines = [];
    for (let line; (line = await this.#reader.line()) !== '';) {
      lines.push(line);
      if (lines.length > 20) throw new S3Error('MalformedPOSTRequest');
    }
    return lines;
  }
}

function parseHead(lines) {
  // The type a browser names for the file does not count: S3 takes it from a field, where the policy can judge it.
  const disposition = lines.find((line) => /^content-disposition:/i.test(line)) ?? '';
  const name = /[;\s]name="((?:[^"\\]|\\.)*)"/i.exec(disposition)?.[1].toLowerCase();
  if (name === undefined) throw new S3Error('MalformedPOSTRequest');
  const path = /[;\s]filename="((?:[^"\\]|\\.)*)"/i.exec(disposition)?.[1] ?? '';
  // Old browsers send the whole path of the file.
  const fileName = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return { name, fileName };
}
