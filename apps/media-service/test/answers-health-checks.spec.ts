import { EnvError, parseEnv } from '@app/platform';
import { MediaEnv } from '../src/env.js';
import { TestMedia } from './test-media.js';

const started: TestMedia[] = [];

async function start(
  env: Record<string, string> = {},
): Promise<(path: string) => Promise<{ status: number; body: unknown }>> {
  const media = await TestMedia.start(env);
  started.push(media);
  return (path) => media.send(path);
}

afterAll(() => Promise.all(started.map((media) => media.close())));

const healthy = { status: 200, body: { status: 'ok', timestamp: expect.any(String) as string } };

test('a process with its store is alive and ready', async () => {
  const get = await start();
  expect(await get('/healthz')).toMatchObject(healthy);
  expect(await get('/readyz')).toMatchObject(healthy);
});

test('a process without its store is alive and not ready', async () => {
  const get = await start({ S3_ENDPOINT: 'http://127.0.0.1:1' });
  expect(await get('/healthz')).toMatchObject(healthy);
  expect(await get('/readyz')).toMatchObject({ status: 503, body: { success: false, error: { code: 'UNAVAILABLE' } } });
});

test('a process with the wrong key is not ready', async () => {
  const get = await start({ S3_SECRET_ACCESS_KEY: 'wrong' });
  expect(await get('/readyz')).toMatchObject({ status: 503 });
});

test('an unknown route is answered in the form of all errors', async () => {
  const get = await start();
  expect(await get('/nowhere')).toMatchObject({ status: 404, body: { success: false, error: { code: 'NOT_FOUND' } } });
});

test('settings that are wrong are told all at once', () => {
  const read = (): MediaEnv =>
    parseEnv(MediaEnv, { S3_ENDPOINT: 'ftp://x', MEDIA_PORT: '70000', S3_CHECKSUMS: 'maybe' });
  expect(read).toThrow(EnvError);
  for (const name of ['S3_ENDPOINT', 'MEDIA_PORT', 'S3_CHECKSUMS', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY']) {
    expect(read).toThrow(name);
  }
});
