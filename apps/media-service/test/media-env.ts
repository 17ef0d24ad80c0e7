import { newId } from '@app/contracts';
import { setting, sharedRedis, type TestDatabase } from '@app/testing';

/** Variables on the stores of this test run, with a bucket of their own. */
export function mediaVariables(db: TestDatabase, changes: Record<string, string> = {}): Record<string, string> {
  return { DATABASE_URL: db.config.url, DATABASE_OWNER_URL: db.config.ownerUrl, ...variables(), ...changes };
}

function variables(): Record<string, string> {
  const redis = sharedRedis();
  return {
    REDIS_URL: redis.url,
    REDIS_PREFIX: redis.prefix,
    ENCRYPTION_KEY: setting('TEST_ENCRYPTION_KEY'),
    S3_ENDPOINT: setting('TEST_S3_ENDPOINT'),
    S3_ACCESS_KEY_ID: setting('TEST_S3_ACCESS_KEY_ID'),
    S3_SECRET_ACCESS_KEY: setting('TEST_S3_SECRET_ACCESS_KEY'),
    S3_BUCKET: `media-${newId()}`,
    MEDIA_PORT: '0',
    RATE_LIMITS: 'off',
  };
}
