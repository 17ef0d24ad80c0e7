import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { compositeChecksum } from './checksums.mjs';
import { bareTag } from './conditions.mjs';
import { S3Error } from './errors.mjs';
import { writeFile } from './receive.mjs';
import { elementsOf, textOf } from './xml.mjs';

const smallestPart = 5 * 2 ** 20;

/**
 * @typedef {{ number: number, etag: string, text: string }} WantedPart
 */

/**
 * The parts a client names when it completes an upload.
 * @param {string} text
 * @returns {WantedPart[]}
 */
export function wantedParts(text) {
  const parts = elementsOf(text, 'Part').map((part) => ({
    number: Number(textOf(part, 'PartNumber')),
    etag: bareTag(textOf(part, 'ETag') ?? ''),
    text: part,
  }));
  if (parts.length === 0 || parts.some((part) => !Number.isInteger(part.number))) throw new S3Error('MalformedXML');
  return parts;
}

/**
 * Joins the wanted parts in `file` and describes the object they make. The parts stay, so a failure can be repeated.
 * @param {{ upload: import('./uploads.mjs').MultipartUpload, wanted: WantedPart[], file: string,
 *   headers: Record<string, string>, uploads: import('./uploads.mjs').Uploads }} job
 */
export async function assemble({ upload, wanted, file, headers, uploads }) {
  const parts = wanted.map((wish, index) => chooseParts(upload, wanted, index));
  const whole = upload.checksumType === 'FULL_OBJECT';
  const paths = parts.map((part) => uploads.pathOf(upload, part));
  const joined = await writeFile(concatenated(paths), file, {
    algorithms: upload.algorithm && [upload.algorithm],
  });
  const checksums = whole ? joined.checksums : composite(parts);
  compareChecksums(checksums, headers);
  const announced = headers['x-amz-mp-object-size'];
  if (announced !== undefined && Number(announced) !== joined.size) {
    throw new S3Error('InvalidRequest', 'The size of the object is not the one you announced.');
  }
  return {
    key: upload.key,
    headers: upload.headers,
    size: joined.size,
    etag: etagOf(parts),
    checksums,
    checksumType: whole ? 'FULL_OBJECT' : 'COMPOSITE',
  };
}

function chooseParts(upload, wanted, index) {
  const wish = wanted[index];
  const part = upload.parts.get(wish.number);
  if (!part || part.etag !== wish.etag) throw new S3Error('InvalidPart');
  if (index > 0 && wanted[index - 1].number >= wish.number) throw new S3Error('InvalidPartOrder');
  if (index < wanted.length - 1 && part.size < smallestPart) throw new S3Error('EntityTooSmall');
  for (const [name, sum] of Object.entries(part.checksums)) {
    const expected = textOf(wish.text, `Checksum${name.toUpperCase()}`);
    if (expected !== undefined && expected !== sum) throw new S3Error('InvalidPart');
  }
  return part;
}

// S3 gives objects made of parts the MD5 of the parts' MD5s, and their number.
function etagOf(parts) {
  const hash = createHash('md5');
  for (const part of parts) hash.update(Buffer.from(part.etag, 'hex'));
  return `${hash.digest('hex')}-${parts.length}`;
}

// Only an algorithm that every part has can be combined.
function composite(parts) {
  const shared = Object.keys(parts[0].checksums).filter((name) => parts.every((part) => part.checksums[name]));
  const combine = (name) =>
    compositeChecksum(
      name,
      parts.map((part) => part.checksums[name]),
    );
  return Object.fromEntries(shared.map((name) => [name, combine(name)]));
}

function compareChecksums(checksums, headers) {
  for (const [name, sum] of Object.entries(checksums)) {
    const expected = headers[`x-amz-checksum-${name}`];
    if (expected !== undefined && expected !== sum) throw new S3Error('BadDigest');
  }
}

async function* concatenated(files) {
  for (const file of files) yield* createReadStream(file);
}
