import { createHash } from 'node:crypto';
import { DEFAULT_TENANT_ID, newId } from '@app/contracts';
import { request } from 'node:http';
import { DOT, TestMedia, type Reply } from './test-media.js';

const KEY = 'the-key-of-this-installation';
const agentId = newId();
const text = 'abcdefghijklmnopqrstuvwxyz';
const etag = `"${createHash('sha256').update(text).digest('hex')}"`;

let media: TestMedia;
let path: string;
let link: string;

beforeAll(async () => {
  media = await TestMedia.start({ ELIZA_SERVER_AUTH_TOKEN: KEY });
  path = await uploaded({ bytes: text, name: 'letters.txt', type: 'text/plain' });
  link = media.links.sign(DEFAULT_TENANT_ID, path);
});
afterAll(() => media.close());

async function uploaded(file: { bytes: Buffer | string; name: string; type?: string }): Promise<string> {
  const { body } = await media.upload(`/api/media/agents/${agentId}/upload-media`, file, { 'x-api-key': KEY });
  return String(body.data.url).split('?')[0]!;
}

const get = (headers: Record<string, string> = {}, method = 'GET'): Promise<Reply> =>
  media.send(link, { method, headers });

test('a link opens the file to anybody, a key to its holder, and nothing else does', async () => {
  expect((await media.send(link)).bytes.toString()).toBe(text);
  expect((await media.send(path, { headers: { 'x-api-key': KEY } })).bytes.toString()).toBe(text);
  expect(await media.send(path)).toMatchObject({ status: 401, body: { error: { code: 'UNAUTHORIZED' } } });
  expect(await media.send(`${link}x`)).toMatchObject({ status: 403, body: { error: { code: 'INVALID_LINK' } } });
  const key = { headers: { 'x-api-key': KEY } };
  expect((await media.send(`${path}?sig=`, key)).status).toBe(403);
  expect((await media.send(`${link}&sig=${newId()}`, key)).status).toBe(403);
});

test('another tenant’s link leads to nothing', async () => {
  const foreign = media.links.sign(await media.db.tenant(), path);
  expect(await media.send(foreign)).toMatchObject({ status: 404, body: { error: { code: 'MEDIA_NOT_FOUND' } } });
});

test('the whole file comes with all that is known of it, to be kept', async () => {
  const { status, headers } = await get();
  expect({ status, headers: Object.fromEntries(headers) }).toMatchObject({
    status: 200,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'content-length': '26',
      'accept-ranges': 'bytes',
      'cache-control': 'private, max-age=31536000, immutable',
      'content-disposition': `inline; filename="letters.txt"; filename*=UTF-8''letters.txt`,
      'x-content-type-options': 'nosniff',
      etag,
    },
  });
  expect(headers.get('content-security-policy')).toMatch(/default-src 'none';.*sandbox$/);
  expect(Date.parse(headers.get('last-modified')!)).toBeGreaterThan(Date.now() - 600_000);
});

test.each([
  ['bytes=0-4', 'abcde', 'bytes 0-4/26'],
  ['bytes=20-', 'uvwxyz', 'bytes 20-25/26'],
  ['bytes=-3', 'xyz', 'bytes 23-25/26'],
  ['bytes=-99', text, 'bytes 0-25/26'],
  ['bytes=24-99', 'yz', 'bytes 24-25/26'],
])('Range %s brings these bytes', async (range, bytes, contentRange) => {
  const reply = await get({ range });
  expect(reply.status).toBe(206);
  expect(reply.bytes.toString()).toBe(bytes);
  expect(reply.headers.get('content-range')).toBe(contentRange);
  expect(reply.headers.get('content-length')).toBe(String(bytes.length));
});

test.each(['bytes=26-', 'bytes=9-3', 'bytes=-0', 'bytes=0-1,3-4', 'bytes=', 'bytes=x-y'])(
  'Range %s cannot be met',
  async (range) => {
    const reply = await get({ range });
    expect(reply).toMatchObject({ status: 416, body: { error: { code: 'RANGE_NOT_SATISFIABLE' } } });
    expect(reply.headers.get('content-range')).toBe('bytes */26');
  },
);

test('a range in other units is overlooked, and so is one for another version', async () => {
  expect((await get({ range: 'lines=1-2' })).status).toBe(200);
  expect((await get({ range: 'bytes=0-4', 'if-range': '"other"' })).status).toBe(200);
  expect((await get({ range: 'bytes=0-4', 'if-range': etag })).status).toBe(206);
});

test('whoever has the file already is told so', async () => {
  const modified = (await get()).headers.get('last-modified')!;
  const known = [{ 'if-none-match': etag }, { 'if-none-match': `"x", W/${etag}` }, { 'if-none-match': '*' }];
  for (const headers of [...known, { 'if-modified-since': modified }]) {
    const reply = await get(headers);
    expect([reply.status, reply.bytes.length, reply.headers.get('etag')]).toEqual([304, 0, etag]);
  }
  expect((await get({ 'if-none-match': '"x"', 'if-modified-since': modified })).status).toBe(200);
  expect((await get({ 'if-modified-since': new Date(0).toUTCString() })).status).toBe(200);
});

test('HEAD tells the same without the bytes', async () => {
  const reply = await get({}, 'HEAD');
  expect([reply.status, reply.bytes.length, reply.headers.get('content-length')]).toEqual([200, 0, '26']);
  expect((await get({ range: 'bytes=0-1' }, 'HEAD')).headers.get('content-range')).toBe('bytes 0-1/26');
});

test('a name of any characters comes back as it was', async () => {
  const named = await uploaded({ bytes: DOT, name: `a "b" 100%; é 🦊 'x'*.png`, type: 'image/png' });
  const { headers } = await media.send(media.links.sign(DEFAULT_TENANT_ID, named));
  const [, plain, full] = /^inline; filename="(.*)"; filename\*=UTF-8''(\S+)$/.exec(
    headers.get('content-disposition')!,
  )!;
  expect(plain).toMatch(/^[\x20-\x7e]+$/);
  expect(plain).not.toMatch(/["\\%]/);
  expect(decodeURIComponent(full!)).toContain('é 🦊');
  expect(full).not.toMatch(/['()*]/);
});

test('what is no picture, sound, film or plain text is handed over as a file', async () => {
  const pdf = await uploaded({ bytes: '%PDF-1.7\n%âãÏÓ\n1 0 obj\n', name: 'a.pdf' });
  const { headers } = await media.send(media.links.sign(DEFAULT_TENANT_ID, pdf));
  expect(headers.get('content-disposition')).toMatch(/^attachment;/);
});

test('what does not exist is not found, whatever is asked for', async () => {
  const ask = async (at: string): Promise<unknown> => (await media.send(at, { headers: { 'x-api-key': KEY } })).status;
  expect(await ask('/media/uploads/agents/42/1-2.png')).toBe(400);
  expect(await ask(`/media/uploads/agents/${agentId}/1-2.png`)).toBe(404);
  expect(await ask(path.replace(agentId, newId()))).toBe(404);
  expect(await ask(path.replace('agents', 'channels'))).toBe(404);
  for (const file of ['..%2f..%2fsecret', '%00.png', `${'a'.repeat(200)}.png`, '.png', 'a%20b.png']) {
    expect(await ask(`/media/generated/${agentId}/${file}`)).toBe(404);
  }
});

test('a file that is not ready cannot be seen', async () => {
  const hidden = await uploaded({ bytes: DOT, name: 'hidden.png' });
  for (const state of ['pending', 'deleting']) {
    await media.db.asSuperuser(`update media set state = $1, expires_at = now() where file = $2`, [
      state,
      hidden.split('/').at(-1),
    ]);
    expect((await media.send(media.links.sign(DEFAULT_TENANT_ID, hidden))).status).toBe(404);
  }
});

test('a caller who goes away costs nothing more', async () => {
  const large = await uploaded({ bytes: Buffer.alloc(20_000_000, 'a'), name: 'large.txt' });
  const url = media.url + media.links.sign(DEFAULT_TENANT_ID, large);
  for (let times = 0; times < 20; times += 1) {
    await new Promise<void>((resolve, reject) => {
      const asked = request(url, (response) => {
        response.once('data', () => {
          response.destroy();
          resolve();
        });
      });
      asked.once('error', reject);
      asked.end();
    });
  }
  expect((await media.send(media.links.sign(DEFAULT_TENANT_ID, large))).bytes.length).toBe(20_000_000);
});
