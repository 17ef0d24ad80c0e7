import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { migrate } from '../fleet/migrate.mjs';
import { faultLines } from '../lib/fault.mjs';
import { killChildren, stopChildren } from '../lib/child.mjs';
import { endRecorded } from '../lib/process-records.mjs';
import { startPostgres } from './postgres.mjs';
import { databaseEnv, provision } from './provision.mjs';
import { startRedis } from './redis.mjs';
import { startS3 } from './s3.mjs';
import { newSecrets } from './secrets.mjs';

/**
 * Holds the stores of one test run. Started by test-stores.mjs with a channel; when the other end is gone, by
 * intent or by a crash, the stores end and their data is deleted.
 */
const directory = process.argv[2];
const database = 'eliza_template';
const places = [directory];
// tests that need stores of their own make them in here, and leave none behind when they crash
const scratch = path.join(directory, 'scratch');

async function end(code) {
  await stopChildren({ patience: 3000, patienceForAll: 5000 });
  await killChildren();
  const left = existsSync(scratch)
    ? readdirSync(scratch, { recursive: true }).map((file) => path.join(scratch, file))
    : [];
  const named = (name) => left.filter((file) => path.basename(file) === name);
  await Promise.all(named('pid.json').map((file) => endRecorded(file, { signal: 'SIGKILL' })));
  // a Postgres whose folder was closed has its data elsewhere
  for (const file of named('location.json')) places.push(JSON.parse(readFileSync(file, 'utf8')).data);
  for (const place of places) rmSync(place, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  process.exit(code);
}

process.once('disconnect', () => void end(0));
// a Ctrl-C for the test run ends the run, and that ends the channel
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

async function start() {
  // a fresh temporary folder is closed, and under root Postgres is another user
  chmodSync(directory, 0o711);
  mkdirSync(scratch);
  chmodSync(scratch, 0o711);
  const secrets = newSecrets();
  const place = (name) => path.join(directory, name);
  const s3Keys = { accessKeyId: secrets.s3AccessKeyId, secretAccessKey: secrets.s3SecretAccessKey };
  // what a power cut would lose may be lost here
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: 300 };
  const [postgres, redis, s3] = await Promise.all([
    startPostgres({ directory: place('postgres'), password: secrets.databaseAdminPassword, settings }),
    startRedis({ directory: place('redis') }),
    startS3({ directory: place('s3'), ...s3Keys }),
  ]);
  places.push(postgres.dataDirectory);
  await provision(postgres, secrets, { database });
  const { DATABASE_URL, DATABASE_OWNER_URL } = databaseEnv(postgres, secrets, database);
  if (process.env.TEST_NO_MIGRATE !== '1') {
    const own = { DATABASE_URL, DATABASE_OWNER_URL, ENCRYPTION_KEY: secrets.encryptionKey };
    await migrate({ env: { ...process.env, ...own }, build: '' });
  }
  return {
    TEST_DATABASE_ADMIN_URL: postgres.url(),
    TEST_DATABASE_OWNER_URL: DATABASE_OWNER_URL,
    TEST_DATABASE_APP_URL: DATABASE_URL,
    TEST_DATABASE_TEMPLATE: database,
    TEST_REDIS_URL: redis.url,
    TEST_S3_ENDPOINT: s3.endpoint,
    TEST_S3_ACCESS_KEY_ID: s3Keys.accessKeyId,
    TEST_S3_SECRET_ACCESS_KEY: s3Keys.secretAccessKey,
    TEST_SCRATCH_DIRECTORY: scratch,
    TEST_ENCRYPTION_KEY: secrets.encryptionKey,
  };
}

try {
  process.send({ env: await start() });
} catch (error) {
  if (process.connected) process.send({ error: faultLines(error).join('\n') });
  await end(1);
}
