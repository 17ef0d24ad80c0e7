import { DEFAULT_TENANT_ID, newId } from '@app/contracts';
import { setting } from '@app/testing';
import { TestMedia, type Reply } from './test-media.js';

const KEY = 'the-key-of-this-installation';
const text = 'abcdefghijklmnopqrstuvwxyz';
const agentId = newId();

let media: TestMedia;
let link: string;
let path: string;
beforeAll(async () => {
  media = await TestMedia.start({ MEDIA_REDIRECT: 'true', ELIZA_SERVER_AUTH_TOKEN: KEY });
  const file = { bytes: text, name: 'léttérs.txt', type: 'text/plain' };
  const { body } = await media.upload(`/api/media/agents/${agentId}/upload-media`, file, { 'x-api-key': KEY });
  path = String(body.data.url).split('?')[0]!;
  link = media.links.sign(DEFAULT_TENANT_ID, path);
});
afterAll(() => media.close());

const get = (url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Reply> =>
  media.send(url, { method, headers, redirect: 'manual' });

test('who may have a file is sent to the store, which hands it out as we would', async () => {
  const { status, headers, bytes } = await get(link);
  expect([status, bytes.length, headers.get('cache-control')]).toEqual([302, 0, 'private, max-age=240']);
  const address = headers.get('location')!;
  expect(new URL(address).origin).toBe(new URL(setting('TEST_S3_ENDPOINT')).origin);
  expect(new URL(address).searchParams.get('X-Amz-Expires')).toBe('300');
  const file = await fetch(address);
  expect(await file.text()).toBe(text);
  expect(Object.fromEntries(file.headers)).toMatchObject({
    'content-type': 'text/plain; charset=utf-8',
    'content-disposition': `inline; filename="l_tt_rs.txt"; filename*=UTF-8''l%C3%A9tt%C3%A9rs.txt`,
    'cache-control': 'private, max-age=31536000, immutable',
  });
  expect(await (await fetch(address, { headers: { range: 'bytes=3-5' } })).text()).toBe('def');
});

test('the address is good for that file, to be read, in that form', async () => {
  const address = (await get(link)).headers.get('location')!;
  const other = (await get(link)).headers.get('location')!.replace(/(\d+-\d+)\.txt/, '1-1.txt');
  const form = address.replace('text%2Fplain', 'text%2Fhtml');
  expect(form).not.toBe(address);
  for (const [url, method] of [
    [other, 'GET'],
    [form, 'GET'],
    [address, 'PUT'],
    [address, 'DELETE'],
  ] as const) {
    expect((await fetch(url, { method })).status).toBe(403);
  }
});

test('nobody is sent anywhere who may not have the file', async () => {
  expect((await get(path)).status).toBe(401);
  expect((await get(`${link}x`)).status).toBe(403);
  expect((await get(media.links.sign(await media.db.tenant(), path))).status).toBe(404);
  expect((await get(path, { 'x-api-key': KEY })).status).toBe(302);
});

test('who asks only for the head, or has the file, is answered here', async () => {
  const head = await get(link, {}, 'HEAD');
  expect([head.status, head.headers.get('content-length')]).toEqual([200, '26']);
  const known = await get(link, { 'if-none-match': head.headers.get('etag')! });
  expect([known.status, known.headers.get('location')]).toEqual([304, null]);
});
