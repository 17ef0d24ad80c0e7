import { setTimeout as delay } from 'node:timers/promises';
import { DataSource, type QueryRunner } from 'typeorm';
import { sqlState } from './database/retry.js';
import { MIGRATIONS } from './migrations/migrations.js';

/** One at a time: several replicas that start together wait for the first. The number means nothing. */
const MIGRATION_LOCK = 7_464_207_301;

/** Brings the schema up to date as its owner. Safe to run from several processes at once. */
export async function migrate(ownerUrl: string): Promise<string[]> {
  const source = new DataSource({
    type: 'postgres',
    url: ownerUrl,
    migrations: MIGRATIONS,
    migrationsTableName: 'schema_migrations',
    logging: false,
    poolSize: 2,
  });
  await source.initialize();
  const guard = source.createQueryRunner();
  try {
    await guard.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const done = await source.runMigrations({ transaction: 'each' });
    await makePartitions(guard);
    return done.map((migration) => migration.name);
  } finally {
    await guard.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    await guard.release();
    await source.destroy();
  }
}

/** Workers of the version before may be at work: a partition is attached in a moment in which none of them holds the table. */
async function makePartitions(guard: QueryRunner): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await guard.query('select make_partitions()');
      return;
    } catch (error) {
      if (sqlState(error) !== LOCK_NOT_AVAILABLE || attempt === ATTEMPTS) throw error;
      await delay(500);
    }
  }
}

const LOCK_NOT_AVAILABLE = '55P03';
const ATTEMPTS = 20;
