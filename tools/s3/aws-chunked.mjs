import { createHash } from 'node:crypto';
import { ByteReader } from './byte-reader.mjs';
import { S3Error } from './errors.mjs';
import { chainSignature, sha256 } from './signature.mjs';

const emptyHash = sha256('');

/**
 * Takes the aws-chunked framing off a body, yields the data and keeps the trailers.
 * Every chunk and the trailers are checked against their signature when a signing context is given.
 */
export class AwsChunkedBody {
  /** @type {Record<string, string>} filled when the data has been read to its end */
  trailers = {};
  #reader;
  #context;

  /**
   * @param {AsyncIterable<Buffer>} source
   * @param {import('./signature.mjs').SigningContext} [context] absent for bodies whose chunks are not signed
   */
  constructor(source, context) {
    this.#reader = new ByteReader(source);
    this.#context = context && { ...context };
  }

  async *[Symbol.asyncIterator]() {
    for (;;) {
      const { size, signature } = this.#parseHead(await this.#reader.line());
      const hash = this.#context && createHash('sha256');
      for await (const piece of this.#reader.take(size)) {
        hash?.update(piece);
        yield piece;
      }
      if (hash) this.#expect('PAYLOAD', [emptyHash, hash.digest('hex')], signature);
      if (size === 0) break;
      if ((await this.#reader.line()) !== '') throw new S3Error('InvalidRequest', 'A chunk is longer than announced.');
    }
    await this.#readTrailers();
  }

  #parseHead(line) {
    const match = /^([0-9a-f]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?$/i.exec(line);
    if (!match) throw new S3Error('InvalidRequest', 'The head of a chunk is malformed.');
    return { size: parseInt(match[1], 16), signature: match[2] };
  }

  async #readTrailers() {
    const signed = [];
    let signature;
    // Signed trailers are followed by an empty line before their signature in some clients, and not in others.
    for await (const line of this.#lines()) {
      const colon = line.indexOf(':');
      if (colon < 1) throw new S3Error('MalformedTrailerError');
      const [name, value] = [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
      if (name === 'x-amz-trailer-signature') signature = value;
      else {
        this.trailers[name] = value;
        signed.push(`${name}:${value}\n`);
      }
    }
    if (this.#context && signed.length > 0) this.#expect('TRAILER', [sha256(signed.join(''))], signature);
  }

  async *#lines() {
    for (;;) {
      let line;
      try {
        line = await this.#reader.line();
      } catch (error) {
        if (error.code === 'IncompleteBody') return;
        throw error;
      }
      if (line !== '') yield line;
    }
  }

  #expect(kind, lines, signature) {
    const expected = chainSignature(this.#context, kind, lines);
    if (expected !== signature) throw new S3Error('SignatureDoesNotMatch', 'The signature of a chunk does not match.');
    this.#context.signature = expected;
  }
}
