import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { takeLock } from '../lib/lock.mjs';
import { keptSecrets } from '../stores/secrets.mjs';
import { storesForCommand } from './stores.mjs';

let folder;
const signal = new AbortController().signal;

beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'eliza-admin-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const find = (names, env = {}) =>
  storesForCommand(names, { build: '', signal, env: { ELIZA_DATA_DIR: folder, ...env } });

function running(...stores) {
  // this process stands for the launcher
  takeLock(path.join(folder, 'launcher.lock'));
  for (const [index, store] of stores.entries()) {
    mkdirSync(path.join(folder, store));
    writeFileSync(path.join(folder, store, 'port'), `${5000 + index}\n`);
  }
  return keptSecrets(folder);
}

test('a command that asks a gateway needs no store, and makes nothing', async () => {
  expect((await find([])).env).toEqual({});
  expect(existsSync(path.join(folder, 'secrets.json'))).toBe(false);
});

test('to stores of somebody else no key is made up', async () => {
  const env = { DATABASE_URL: 'postgres://somewhere', S3_ENDPOINT: 'http://somewhere' };
  expect((await find(['postgres', 's3'], env)).env).toEqual({});
  expect(existsSync(path.join(folder, 'secrets.json'))).toBe(false);
});

test('with stores of somebody else the key that the launcher keeps is used, as the launcher does', async () => {
  const { encryptionKey } = keptSecrets(folder);
  expect((await find(['postgres'], { DATABASE_URL: 'postgres://somewhere' })).env).toEqual({
    ENCRYPTION_KEY: encryptionKey,
  });
});

test('the stores of a running launcher are found where it noted them, without the login of the owner', async () => {
  const secrets = running('postgres', 's3');
  const { env } = await find(['postgres', 's3'], { ENCRYPTION_KEY: 'given' });
  expect(env).toEqual({
    ENCRYPTION_KEY: 'given',
    DATABASE_URL: `postgres://eliza_app:${secrets.databaseAppPassword}@127.0.0.1:5000/eliza`,
    S3_ENDPOINT: 'http://127.0.0.1:5001',
    S3_REGION: 'us-east-1',
    S3_BUCKET: 'eliza',
    S3_ACCESS_KEY_ID: secrets.s3AccessKeyId,
    S3_SECRET_ACCESS_KEY: secrets.s3SecretAccessKey,
  });
});

test('a launcher that runs on stores of somebody else has to be followed there', async () => {
  running();
  await expect(find(['postgres'])).rejects.toThrow(/has no postgres of its own: set DATABASE_URL/);
});

test('the Redis of a running launcher comes along, so that its gateways hear of changes; one that is named counts', async () => {
  const { redisPassword } = running('postgres', 'redis');
  expect((await find(['postgres'])).env.REDIS_URL).toBe(`redis://:${redisPassword}@127.0.0.1:5001`);
  expect((await find(['postgres'], { REDIS_URL: 'redis://elsewhere' })).env.REDIS_URL).toBeUndefined();
});
