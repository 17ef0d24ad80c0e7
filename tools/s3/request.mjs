import { S3Error } from './errors.mjs';

const longestKey = 1024;

/** What a caller asked for: a bucket, a key, query values and headers, decoded once, with the raw path kept. */
export class S3Request {
  /** @type {import('./signature.mjs').Signed} set once the caller has proven who it is */
  signed;
  #incoming;
  #body;
  #beforeBody;

  /**
   * @param {import('node:http').IncomingMessage} incoming
   * @param {() => void} [beforeBody] runs before the body is read; clients that wait for "100 Continue" get it there
   */
  constructor(incoming, beforeBody = () => {}) {
    const [path, search = ''] = splitOnce(incoming.url, '?');
    this.#incoming = incoming;
    this.#beforeBody = beforeBody;
    this.method = incoming.method;
    this.path = path;
    this.query = search.split('&').filter(Boolean).map(decodePair);
    this.values = new Map(this.query);
    this.headers = this.#headers();
    const [bucket, key = ''] = splitOnce(path.slice(1), '/');
    this.bucket = decode(bucket);
    this.key = decode(key);
    if (Buffer.byteLength(this.key) > longestKey) throw new S3Error('KeyTooLongError');
  }

  has(name) {
    return this.values.has(name);
  }

  /** A whole number from the query. */
  number(name, standard, { least = 0, most = Number.MAX_SAFE_INTEGER } = {}) {
    const text = this.values.get(name);
    if (text === undefined || text === '') return standard;
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least) throw new S3Error('InvalidArgument', `${name} is not valid.`);
    return Math.min(value, most);
  }

  /** The body. Leaving it half read does not cut the connection, so the caller can still be told why. */
  body() {
    this.#beforeBody();
    this.#body = this.#incoming.iterator({ destroyOnReturn: false });
    return this.#body;
  }

  /** Lets go of a body that was left half read. */
  async releaseBody() {
    await this.#body?.return();
  }

  // Signers move x-amz headers into the address when they presign. They mean the same there.
  #headers() {
    const moved = this.query
      .filter(([name]) => /^x-amz-/i.test(name))
      .map(([name, text]) => [name.toLowerCase(), text]);
    return this.values.has('X-Amz-Signature')
      ? { ...Object.fromEntries(moved.filter(([name]) => !signatureParts.has(name))), ...this.#incoming.headers }
      : this.#incoming.headers;
  }

  /** The headers that really came as headers. Only these can be unsigned. */
  get sentHeaders() {
    return this.#incoming.headers;
  }
}

const signatureParts = new Set(
  ['algorithm', 'credential', 'date', 'expires', 'signedheaders', 'signature', 'content-sha256'].map(
    (part) => `x-amz-${part}`,
  ),
);

function splitOnce(text, separator) {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function decodePair(pair) {
  const [name, value = ''] = splitOnce(pair.replaceAll('+', '%20'), '=');
  return [decode(name), decode(value)];
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error('InvalidURI');
  }
}
