import { createHash, randomBytes } from 'node:crypto';
import { newId } from '@app/contracts';
import { DOT, TestMedia } from './test-media.js';

let media: TestMedia;
beforeAll(async () => {
  media = await TestMedia.start();
});
afterAll(() => media.close());

const agentId = newId();
const channelId = newId();

test('a file for an agent is answered as ElizaOS answers it', async () => {
  const file = { bytes: DOT, name: 'dot.png', type: 'image/png' };
  const { status, body } = await media.upload(`/api/media/agents/${agentId}/upload-media`, file);
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      success: true,
      data: {
        url: expect.stringMatching(new RegExp(`^/media/uploads/agents/${agentId}/\\d+-\\d+\\.png\\?sig=`)) as string,
        type: 'image',
        filename: expect.stringMatching(/^\d+-\d+\.png$/) as string,
        originalName: 'dot.png',
        size: 70,
      },
    },
  });
  expect((await media.send(body.data.url)).bytes).toEqual(DOT);
});

test.each(['media', 'messaging'])(
  'a file for a channel is answered as ElizaOS answers it, through %s',
  async (under) => {
    const file = { bytes: DOT, name: 'dot.png', type: 'image/png' };
    const { body } = await media.upload(`/api/${under}/channels/${channelId}/upload-media`, file);
    expect(body.data).toMatchObject({ type: 'image/png', originalName: 'dot.png', size: 70 });
    expect(body.data.url).toContain(`/media/uploads/channels/${channelId}/${body.data.filename}?sig=`);
    expect((await media.send(body.data.url)).bytes).toEqual(DOT);
  },
);

test('a file of many parts arrives as it was sent', async () => {
  const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(23_000_000)]);
  const path = await media.uploaded(agentId, { bytes, name: 'long.pdf', type: 'application/pdf' });
  const reply = await media.send(path);
  expect(reply.bytes.equals(bytes)).toBe(true);
  expect(reply.headers.get('content-type')).toBe('application/pdf');
});

test('a file that ends where a part ends arrives as it was sent', async () => {
  const bytes = Buffer.alloc(10 * 1024 * 1024, 'a');
  const path = await media.uploaded(agentId, { bytes, name: 'even.txt', type: 'text/plain' });
  expect((await media.send(path)).bytes.equals(bytes)).toBe(true);
});

test('the type is what the bytes say, and the ending follows it', async () => {
  const { body } = await media.upload(`/api/media/channels/${channelId}/upload-media`, {
    bytes: DOT,
    name: 'x.php.exe',
  });
  expect(body.data).toMatchObject({ type: 'image/png', originalName: 'x.php.exe' });
  expect(body.data.filename).toMatch(/\.png$/);
});

test('what is stored is known: size, type and checksum, under a state that lets it be seen', async () => {
  const [row] = await media.db.asSuperuser(
    `select state, size::int, type, checksum, expires_at from media where size = 70 limit 1`,
  );
  expect(row).toEqual({
    state: 'ready',
    size: 70,
    type: 'image/png',
    checksum: createHash('sha256').update(DOT).digest('hex'),
    expires_at: null,
  });
});

test.each([
  ['an id that is none', 'agents/42', 400, 'INVALID_ID'],
  ['an id that is none', 'channels/42', 400, 'INVALID_ID'],
])('%s is refused (%s)', async (_, path, status, code) => {
  const reply = await media.upload(`/api/media/${path}/upload-media`, { bytes: DOT });
  expect(reply).toMatchObject({ status, body: { success: false, error: { code } } });
});

test('a form without a file is refused', async () => {
  const form = new FormData();
  form.append('note', 'no file here');
  const reply = await media.send(`/api/media/agents/${agentId}/upload-media`, { method: 'POST', body: form });
  expect(reply).toMatchObject({ status: 400, body: { error: { code: 'INVALID_REQUEST' } } });
});

test('a form that ends before its file does is refused, and nothing of it stays', async () => {
  const before = await media.inBucket();
  const head =
    '--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n';
  const body = Buffer.concat([Buffer.from(head), DOT]);
  const headers = { 'content-type': 'multipart/form-data; boundary=x' };
  const reply = await media.send(`/api/media/agents/${agentId}/upload-media`, { method: 'POST', headers, body });
  expect([reply.status, reply.body.error.code]).toEqual([400, 'INVALID_REQUEST']);
  expect(await media.inBucket()).toEqual(before);
});

test('a body that is no form is refused', async () => {
  const reply = await media.json('POST', `/api/media/agents/${agentId}/upload-media`, { file: 'x' });
  expect(reply).toMatchObject({ status: 400, body: { error: { code: 'INVALID_REQUEST' } } });
});

test('a file larger than allowed is refused, and nothing of it stays', async () => {
  const before = await media.inBucket();
  const bytes = Buffer.alloc(51 * 1024 * 1024, 'a');
  const reply = await media.upload(`/api/media/agents/${agentId}/upload-media`, { bytes, name: 'large.txt' });
  expect(reply).toMatchObject({ status: 413, body: { error: { code: 'PAYLOAD_TOO_LARGE' } } });
  expect(await media.inBucket()).toEqual(before);
  expect((await media.rows()).filter(({ state }) => state !== 'ready')).toEqual([]);
});
