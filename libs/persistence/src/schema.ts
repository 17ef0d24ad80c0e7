import { DataSource } from 'typeorm';
import { makeMonthPartitions } from './database/month-partitions.js';
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
    await makeMonthPartitions(guard);
    return done.map((migration) => migration.name);
  } finally {
    await guard.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    await guard.release();
    await source.destroy();
  }
}
