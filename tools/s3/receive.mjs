import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { AwsChunkedBody } from './aws-chunked.mjs';
import { algorithms, createChecksum } from './checksums.mjs';
import { S3Error } from './errors.mjs';

const largestUpload = 5 * 2 ** 30;
const largestText = 2 ** 20;

/**
 * @typedef {object} Received
 * @property {number} size
 * @property {string} etag
 * @property {Record<string, string>} checksums by algorithm, in base64
 */

/**
 * Streams the body of a request into a new file, and throws unless it is what the caller announced.
 * @param {import('./request.mjs').S3Request} request
 * @param {string} file
 * @returns {Promise<Received>}
 */
export async function receiveFile(request, file) {
  const { headers } = request;
  const length = headers[isChunked(request) ? 'x-amz-decoded-content-length' : 'content-length'];
  if (length === undefined) throw new S3Error('MissingContentLength');
  if (Number(length) > largestUpload) throw new S3Error('EntityTooLarge');
  const body = bodyOf(request);
  return writeFile(body, file, { headers, length, payload: request.signed.payload });
}

/**
 * Reads a small body as text, with the same checks as for a file.
 * @param {import('./request.mjs').S3Request} request
 * @param {Record<string, string>} [headers] those that speak of this body
 */
export async function receiveText(request, headers = request.headers) {
  const pieces = [];
  let size = 0;
  const collect = (piece) => {
    size += piece.length;
    if (size > largestText) throw new S3Error('MalformedXML', 'The body is too long.');
    pieces.push(piece);
  };
  await check(bodyOf(request), collect, { headers, payload: request.signed.payload });
  return Buffer.concat(pieces).toString('utf8');
}

/**
 * Writes a source into a new file and checks it on the way.
 * @param {AsyncIterable<Buffer>} body
 * @param {string} file
 * @param {Announced} announced
 * @returns {Promise<Received>}
 */
export async function writeFile(body, file, announced) {
  const handle = await open(file, 'wx');
  try {
    return await check(body, (piece) => handle.writeFile(piece), announced);
  } finally {
    await handle.close();
  }
}

function isChunked(request) {
  return request.signed.payload.startsWith('STREAMING-');
}

function bodyOf(request) {
  const { payload, context } = request.signed;
  if (!isChunked(request)) return request.body();
  switch (payload) {
    case 'STREAMING-UNSIGNED-PAYLOAD-TRAILER':
      return new AwsChunkedBody(request.body());
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD':
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER':
      return new AwsChunkedBody(request.body(), context);
    default:
      throw new S3Error('NotImplemented', `The payload ${payload} is not supported here.`);
  }
}

/**
 * @typedef {object} Announced
 * @property {Record<string, string>} [headers] may hold checksums
 * @property {string[]} [algorithms] checksums to take besides
 * @property {string} [payload] the SHA-256 of the body, or a word in its place
 * @property {string} [length]
 * @property {(size: number) => void} [limit] throws when the size has become too large
 */
async function check(body, sink, announced) {
  const { headers = {}, payload = '', length, limit = () => {} } = announced;
  const trailer = trailerOf(headers);
  const isNamed = (name) =>
    headers[`x-amz-checksum-${name}`] || name === trailer || announced.algorithms?.includes(name);
  const named = algorithms.filter(isNamed);
  const sums = new Map((named.length > 0 ? named : ['crc32']).map((name) => [name, createChecksum(name)]));
  const md5 = createHash('md5');
  const signed = /^[0-9a-f]{64}$/.test(payload) ? createHash('sha256') : undefined;
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    limit(size);
    md5.update(piece);
    signed?.update(piece);
    for (const sum of sums.values()) sum.update(piece);
    await sink(piece);
  }
  if (length !== undefined && Number(length) !== size) throw new S3Error('IncompleteBody');
  if (signed && signed.digest('hex') !== payload) throw new S3Error('XAmzContentSHA256Mismatch');
  const digest = md5.digest();
  compareMd5(headers['content-md5'], digest);
  const checksums = Object.fromEntries([...sums].map(([name, sum]) => [name, sum.digest().toString('base64')]));
  compareChecksums(checksums, { ...headers, ...body.trailers }, trailer);
  return { size, etag: digest.toString('hex'), checksums };
}

function trailerOf(headers) {
  const name = headers['x-amz-trailer']?.trim().toLowerCase();
  if (!name) return undefined;
  const algorithm = name.replace('x-amz-checksum-', '');
  if (!algorithms.includes(algorithm))
    throw new S3Error('InvalidRequest', `The trailer ${name} is not supported here.`);
  return algorithm;
}

function compareMd5(announced, digest) {
  if (announced === undefined) return;
  const expected = Buffer.from(announced, 'base64');
  if (expected.length !== digest.length) throw new S3Error('InvalidDigest');
  if (!expected.equals(digest)) throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match.');
}

function compareChecksums(checksums, announced, trailer) {
  for (const [name, sum] of Object.entries(checksums)) {
    const expected = announced[`x-amz-checksum-${name}`];
    if (name === trailer && expected === undefined) throw new S3Error('MalformedTrailerError');
    if (expected !== undefined && expected !== sum) {
      throw new S3Error('BadDigest', `The ${name.toUpperCase()} you specified did not match what was received.`);
    }
  }
}
