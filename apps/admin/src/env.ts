import { EnvFlag, EnvInt, EnvText, EnvUrl } from '@app/platform';

/** What commands read that work on the stores themselves. */
export class OperatingEnv {
  @EnvUrl(['postgres', 'postgresql'], 'Postgres, as the application role', { required: true, secret: true })
  DATABASE_URL: string;

  @EnvUrl(
    ['postgres', 'postgresql'],
    'Postgres, as the owner of the schema; without it DATABASE_URL is the owner and connections take the role eliza_app',
    { secret: true },
  )
  DATABASE_OWNER_URL?: string;

  @EnvInt('Connections to Postgres per process', { min: 1, max: 200 })
  DATABASE_POOL_SIZE = 10;

  @EnvFlag('Prepare statements under names; off behind PgBouncer in transaction mode before its version 1.21')
  DATABASE_PREPARED = true;

  @EnvUrl(['redis', 'rediss'], 'Redis, to let gateways hear of changes at once', { secret: true })
  REDIS_URL?: string;

  @EnvText('Leads every key and channel in Redis, so that installations can share one')
  REDIS_PREFIX = 'eliza';
}

/** What commands read beside that open or seal what is secret. */
export class AdminEnv extends OperatingEnv {
  @EnvText('Encryption key for the secrets of tenants: 32 bytes in base64', { required: true, secret: true })
  ENCRYPTION_KEY: string;

  @EnvText('The salt ElizaOS seals secrets with, where one was set there', { secret: true })
  SECRET_SALT = 'secretsalt';
}
