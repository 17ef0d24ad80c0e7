import { createLogger, parseEnv } from '@app/platform';
import { MigrateEnv } from './migrate-env.js';
import { migrate } from './schema.js';
import { seedDefaultTenant } from './seed.js';

const logger = createLogger('migrate', 'info');
try {
  const env = parseEnv(MigrateEnv, process.env);
  const ownerUrl = env.DATABASE_OWNER_URL ?? env.DATABASE_URL;
  const migrations = await migrate(ownerUrl);
  const seeded = await seedDefaultTenant(ownerUrl);
  logger.info({ migrations, seeded }, 'The database is up to date');
} catch (error) {
  logger.fatal({ err: error }, error instanceof Error ? error.message : 'The migration failed');
  process.exitCode = 1;
}
