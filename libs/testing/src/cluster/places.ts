import path from 'node:path';
import { fileURLToPath } from 'node:url';

const REPOSITORY = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../..');

/** A path inside the checkout. */
export function inRepository(...parts: string[]): string {
  return path.join(REPOSITORY, ...parts);
}

/** A built program of ours; `ELIZA_DIST` names another folder than `dist`. */
export function built(program: string): string {
  return path.join(process.env['ELIZA_DIST'] ?? inRepository('dist'), program);
}
