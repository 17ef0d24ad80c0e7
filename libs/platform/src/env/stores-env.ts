import { EnvChoice, EnvFlag, EnvInt, EnvText, EnvUrl } from './env-decorators.js';
import { LOG_LEVELS } from '../logging/logger.js';

/** What every process needs that opens the stores: a process's own variables extend it. */
export class StoresEnv {
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

  @EnvUrl(['redis', 'rediss'], 'Redis 7 or newer, with noeviction', { required: true, secret: true })
  REDIS_URL: string;

  @EnvText('Leads every key and channel in Redis, so that installations can share one')
  REDIS_PREFIX = 'eliza';

  @EnvText('Encryption key for the secrets of tenants: 32 bytes in base64', { required: true, secret: true })
  ENCRYPTION_KEY: string;

  @EnvText(
    'Hosts, addresses and networks that URLs of tenants may lead to although they are not public, with commas between them',
  )
  OUTBOUND_ALLOW?: string;

  @EnvText('Name of this process in logs and leases; the host name and process id when not set')
  INSTANCE_NAME?: string;

  @EnvInt('Port of /metrics, /livez and /readyz, for those who run the process; none when not set', {
    min: 1,
    max: 65_535,
  })
  INTERNAL_PORT?: number;

  @EnvText('Address that port listens on')
  INTERNAL_HOST = '127.0.0.1';

  @EnvChoice(LOG_LEVELS, 'Least level of log lines')
  LOG_LEVEL = 'info';

  @EnvChoice(['development', 'production', 'test'], 'What kind of installation this is')
  NODE_ENV = 'development';
}
