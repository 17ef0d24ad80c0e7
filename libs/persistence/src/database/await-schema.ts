import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { MIGRATIONS } from '../migrations/migrations.js';
import { sqlState } from './retry.js';

/** How long a process waits for the migration of its version, in milliseconds. */
const WAIT_MS = 60_000;
const LOOK_MS = 500;

/** No such table yet, or none that may be read: a database of before, or an empty one. */
const NOT_YET = new Set(['42P01', '42501']);

/**
 * Waits until the database has every migration this process knows. It may have more: the version before this one serves
 * on the schema of this one, while it is being replaced.
 *
 * @throws Error naming what is missing when `waitMs` milliseconds are over
 */
export async function awaitSchema(pool: Pool, waitMs = WAIT_MS): Promise<void> {
  for (const end = performance.now() + waitMs; ;) {
    const missing = await missingMigrations(pool);
    if (missing.length === 0) return;
    if (performance.now() > end) {
      throw new Error(`The database lacks migrations of this version: run npm run migrate (${missing.join(', ')})`);
    }
    await delay(LOOK_MS);
  }
}

async function missingMigrations(pool: Pool): Promise<string[]> {
  const known = MIGRATIONS.map((migration) => migration.name);
  try {
    const { rows } = await pool.query<{ name: string }>('select name from schema_migrations');
    const present = new Set(rows.map((row) => row.name));
    return known.filter((name) => !present.has(name));
  } catch (error) {
    if (NOT_YET.has(sqlState(error) ?? '')) return known.slice(-1);
    throw error;
  }
}
