import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { runToEnd } from '../lib/child.mjs';
import { inRepository } from '../lib/places.mjs';

/**
 * Brings a database to the state that this build expects. With a note, the same build migrates the same database of
 * ours only once: nobody else changes that one, and loading the migrations costs a second of each start.
 *
 * @param {{env: NodeJS.ProcessEnv, build: string, note?: string, onLine?: (line: string) => void}} options
 */
export async function migrate({ env, build, note, onLine }) {
  const state = createHash('sha256').update(`${build} ${env.DATABASE_OWNER_URL} ${env.ENCRYPTION_KEY}`).digest('hex');
  if (note && existsSync(note) && readFileSync(note, 'utf8') === state) return;
  await runToEnd({
    name: 'The migration',
    command: process.execPath,
    args: [inRepository('dist/libs/persistence/src/migrate.js')],
    cwd: inRepository(),
    env,
    onLine,
  });
  if (note) writeFileSync(note, state);
}
