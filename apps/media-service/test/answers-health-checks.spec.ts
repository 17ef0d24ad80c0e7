import { EnvError, parseEnv } from '@app/platform';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../src/app.module.js';
import { MediaEnv } from '../src/env.js';
import { mediaEnv } from './media-env.js';

const started: INestApplication[] = [];

async function start(env: MediaEnv): Promise<(path: string) => Promise<{ status: number; body: unknown }>> {
  const app = await NestFactory.create(AppModule.with(env), { logger: false });
  started.push(app);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return async (path) => {
    const answer = await fetch(url + path);
    return { status: answer.status, body: await answer.json() };
  };
}

afterAll(() => Promise.all(started.map((app) => app.close())));

const healthy = { status: 200, body: { status: 'ok', timestamp: expect.any(String) as string } };

test('a process with its store is alive and ready', async () => {
  const get = await start(mediaEnv());
  expect(await get('/healthz')).toEqual(healthy);
  expect(await get('/readyz')).toEqual(healthy);
});

test('a process without its store is alive and not ready', async () => {
  const get = await start(mediaEnv({ S3_ENDPOINT: 'http://127.0.0.1:1' }));
  expect(await get('/healthz')).toEqual(healthy);
  expect(await get('/readyz')).toMatchObject({ status: 503, body: { success: false, error: { code: 'UNAVAILABLE' } } });
});

test('a process with the wrong key is not ready', async () => {
  const get = await start(mediaEnv({ S3_SECRET_ACCESS_KEY: 'wrong' }));
  expect(await get('/readyz')).toMatchObject({ status: 503 });
});

test('an unknown route is answered in the form of all errors', async () => {
  const get = await start(mediaEnv());
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
