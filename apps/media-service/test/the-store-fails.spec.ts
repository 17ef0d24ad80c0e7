import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { newId } from '@app/contracts';
import { PART_BYTES } from '@app/storage';
import { until } from '@app/testing';
import { DirectUploader } from './direct-uploader.js';
import { FaultyStore, type Fault } from './faulty-store.js';
import { DOT, TestMedia, type Reply } from './test-media.js';

const agentId = newId();
const pdf = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(PART_BYTES + 100)]);
const wanted = { name: 'a.pdf', type: 'application/pdf', size: pdf.length, agentId, way: 'parts' };
const part = (number: number): Buffer => pdf.subarray((number - 1) * PART_BYTES, number * PART_BYTES);

let store: FaultyStore;
let media: TestMedia;
let uploader: DirectUploader;
beforeEach(async () => {
  store = await FaultyStore.start();
  media = await TestMedia.start({
    S3_ENDPOINT: store.url,
    MEDIA_SWEEP_INTERVAL_MS: '100',
    DERIVATION_INTERVAL_MS: '3600000',
  });
  uploader = new DirectUploader(media);
  // The bucket is there.
  expect((await media.send('/readyz')).status).toBe(200);
});
afterEach(async () => {
  await media.close();
  await store.close();
});

const formed = (): Promise<Reply> =>
  media.upload(`/api/media/agents/${agentId}/upload-media`, { bytes: pdf, name: 'a.pdf', type: 'application/pdf' });

function expectAway({ status, headers, body }: Reply): void {
  expect([status, body.error?.code]).toEqual([503, 'STORAGE_UNAVAILABLE']);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
}

/** Waits until the store is asked again after it was given up. */
async function recovered<T extends Reply>(ask: () => Promise<T>): Promise<T> {
  return until('the store is believed again', async () => {
    const reply = await ask();
    return reply.status < 500 && reply;
  });
}

/** What has not become a file goes, from the bucket and from Postgres, once the sweep may. */
async function expectSwept(files: number): Promise<void> {
  await until('what is left is swept', async () => {
    await media.db.asSuperuser(`update media set expires_at = now() where state <> 'ready'`);
    return (await media.inBucket()).length === files && (await media.rows()).length === files;
  });
}

test.each<[string, Fault]>([
  ['answers 503', '503'],
  ['breaks every connection', 'cut'],
])('while it %s uploads are refused with a time to come back, and succeed later', async (_, fault) => {
  const begun = await uploader.begun(wanted);
  store.fault = () => fault;
  expectAway(await formed());
  expectAway(await uploader.put(begun.id, 1, part(1)));
  expectAway(await uploader.begin(wanted));
  expect((await media.send('/healthz')).status).toBe(200);

  store.fault = () => 'none';
  await recovered(() => uploader.put(begun.id, 1, part(1)));
  expect((await uploader.put(begun.id, 2, part(2))).status).toBe(200);
  const { status, body } = await uploader.complete(begun.id);
  expect(status).toBe(200);
  expect((await media.send(body.data.url)).bytes.equals(pdf)).toBe(true);
  expect((await formed()).status).toBe(200);
  await expectSwept(2);
});

test('an answer of the store that is lost on its way costs a second try, and no file', async () => {
  const begun = await uploader.begun(wanted);
  for (const number of [1, 2]) await uploader.put(begun.id, number, part(number));
  const isCompletion = ({ method, url }: IncomingMessage): boolean => method === 'POST' && url!.includes('uploadId=');
  store.fault = (request) => (isCompletion(request) ? 'late' : 'none');
  // The client tries again by itself, and is told that there is no such upload: it has become the object.
  const first = await uploader.complete(begun.id);
  store.fault = () => 'none';
  const { status, body } = first.status === 200 ? first : await recovered(() => uploader.complete(begun.id));
  expect(status).toBe(200);
  expect((await media.send(body.data.url)).bytes.equals(pdf)).toBe(true);
  await expectSwept(1);
});

test('a file whose answer breaks off is not taken for whole, and can be read again', async () => {
  const path = await media.uploaded(agentId, { bytes: DOT, name: 'dot.png' });
  store.fault = ({ method }) => (method === 'GET' ? 'cut' : 'none');
  expectAway(await media.send(path));
  store.fault = () => 'none';
  expect((await recovered(() => media.send(path))).bytes).toEqual(DOT);
});
