import { newId } from '@app/contracts';
import { parseEnv } from '@app/platform';
import { setting } from '@app/testing';
import { StorageEnv } from '../src/index.js';

/** Settings on the store of this test run, with a bucket of their own. */
export function storageEnv(changes: Record<string, string> = {}): StorageEnv {
  return parseEnv(StorageEnv, {
    S3_ENDPOINT: setting('TEST_S3_ENDPOINT'),
    S3_ACCESS_KEY_ID: setting('TEST_S3_ACCESS_KEY_ID'),
    S3_SECRET_ACCESS_KEY: setting('TEST_S3_SECRET_ACCESS_KEY'),
    S3_BUCKET: `storage-${newId()}`,
    ...changes,
  });
}
