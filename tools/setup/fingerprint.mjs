import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { inRepository } from '../lib/places.mjs';

const FOLDERS = ['apps', 'libs'];
const FILES = ['tsconfig.json', 'nest-cli.json', 'package-lock.json'];

/**
 * What the build is made of: for each source file its time, size and content hash. A file whose time and size are as
 * in the known fingerprint is not read.
 *
 * @param {Record<string, [number, number, string]>} known
 * @returns {Record<string, [number, number, string]>}
 */
export function fingerprint(known = {}) {
  const found = {};
  for (const file of sources()) {
    const { mtimeMs, size } = statSync(inRepository(file));
    const [time, length, hash] = known[file] ?? [];
    found[file] = [mtimeMs, size, time === mtimeMs && length === size ? hash : hashOf(file)];
  }
  return found;
}

/** Whether two fingerprints are of the same content, whatever the files' times are. */
export function sameContent(one, other) {
  const files = Object.keys(one);
  return files.length === Object.keys(other).length && files.every((file) => one[file][2] === other[file]?.[2]);
}

/** One short text for the whole content. */
export function digest(print) {
  const hash = createHash('sha256');
  for (const file of Object.keys(print).sort()) hash.update(`${file} ${print[file][2]}\n`);
  return hash.digest('hex').slice(0, 16);
}

function* sources() {
  for (const folder of FOLDERS) yield* filesUnder(folder);
  yield* FILES;
}

function* filesUnder(folder) {
  for (const entry of readdirSync(inRepository(folder), { withFileTypes: true })) {
    const name = path.join(folder, entry.name);
    // tests are not part of the build
    if (entry.isDirectory() && entry.name !== 'test') yield* filesUnder(name);
    else if (entry.isFile() && !entry.name.includes('.spec.')) yield name;
  }
}

function hashOf(file) {
  return createHash('sha1')
    .update(readFileSync(inRepository(file)))
    .digest('base64');
}
