import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { S3Error } from './errors.mjs';

const castagnoli = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});

function crc32c(data, before) {
  let value = ~before;
  for (const byte of data) value = castagnoli[(value ^ byte) & 0xff] ^ (value >>> 8);
  return ~value >>> 0;
}

function crc(step) {
  let value = 0;
  return {
    update(data) {
      value = step(data, value);
    },
    digest() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value >>> 0);
      return bytes;
    },
  };
}

const makers = {
  crc32: () => crc(crc32),
  crc32c: () => crc(crc32c),
  sha1: () => createHash('sha1'),
  sha256: () => createHash('sha256'),
};

/** The checksum algorithms that are understood, as they are written in header names. */
export const algorithms = Object.keys(makers);

/**
 * A running checksum: `update(bytes)`, then once `digest()` for the raw bytes.
 * @param {string} algorithm
 */
export function createChecksum(algorithm) {
  const maker = makers[algorithm];
  if (!maker) throw new S3Error('InvalidRequest', `The checksum algorithm ${algorithm} is not supported here.`);
  return maker();
}

/**
 * The checksum of checksums that S3 gives to an object made of parts: `<base64>-<number of parts>`.
 * @param {string} algorithm
 * @param {string[]} parts the base64 checksums of the parts
 */
export function compositeChecksum(algorithm, parts) {
  const sum = createChecksum(algorithm);
  for (const part of parts) sum.update(Buffer.from(part, 'base64'));
  return `${sum.digest().toString('base64')}-${parts.length}`;
}

/**
 * Checksums as answer headers.
 * @param {Record<string, string>} checksums
 */
export function checksumHeaders(checksums) {
  return Object.fromEntries(Object.entries(checksums).map(([name, value]) => [`x-amz-checksum-${name}`, value]));
}

/**
 * Checksums as XML elements.
 * @param {Record<string, string>} checksums
 */
export function checksumElements(checksums) {
  return Object.fromEntries(Object.entries(checksums).map(([name, sum]) => [`Checksum${name.toUpperCase()}`, sum]));
}
