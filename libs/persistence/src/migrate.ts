import { createLogger, EnvUrl, parseEnv } from '@app/platform';
import { migrate } from './schema.js';
import { seedDefaultTenant } from './seed.js';

class MigrateEnv {
  @EnvUrl(['postgres', 'postgresql'], 'The application login; used for migrations too when no owner is named', {
    required: true,
    secret: true,
  })
  DATABASE_URL: string;

  @EnvUrl(['postgres', 'postgresql'], 'The login that owns the schema, direct and not through a pooler', {
    secret: true,
  })
  DATABASE_OWNER_URL?: string;
}

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
