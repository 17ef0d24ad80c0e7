import { newId } from '@app/contracts';
import { parseEnv } from '@app/platform';
import { MediaEnv } from '../src/env.js';

/** Settings on the S3 server of this test run, with a bucket of their own. */
export function mediaEnv(changes: Record<string, string> = {}): MediaEnv {
  return parseEnv(MediaEnv, {
    S3_ENDPOINT: process.env.TEST_S3_ENDPOINT,
    S3_ACCESS_KEY_ID: process.env.TEST_S3_ACCESS_KEY_ID,
    S3_SECRET_ACCESS_KEY: process.env.TEST_S3_SECRET_ACCESS_KEY,
    S3_BUCKET: `media-${newId()}`,
    ...changes,
  });
}
