import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout this launcher belongs to. */
const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Where everything lives that outlasts a start: stores, secrets, records of running processes. */
export function dataDirectory(env = process.env) {
  return path.resolve(repository, env.ELIZA_DATA_DIR || '.eliza');
}

/** A path inside the checkout. */
export function inRepository(...parts) {
  return path.join(repository, ...parts);
}
