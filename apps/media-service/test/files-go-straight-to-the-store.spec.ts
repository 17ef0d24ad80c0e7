import { createHash, randomBytes } from 'node:crypto';
import { newId } from '@app/contracts';
import { S3Connection } from '@app/storage';
import { makeChannel, TestIssuer, until } from '@app/testing';
import { DirectUploader } from './direct-uploader.js';
import { DOT, TestMedia } from './test-media.js';

let media: TestMedia;
let uploader: DirectUploader;
beforeAll(async () => {
  media = await TestMedia.start({ UPLOAD_SWEEP_INTERVAL_MS: '50' });
  uploader = new DirectUploader(media);
});
afterAll(() => media.close());

const agentId = newId();
const dot = { name: 'dot.png', type: 'image/png', size: DOT.length, agentId };
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

test('a file goes to the store with a form, and can be seen when it is complete and not before', async () => {
  const { id, way, url, fields, expiresAt } = await uploader.begun(dot);
  expect(way).toBe('form');
  expect(Date.parse(String(expiresAt))).toBeGreaterThan(Date.now() + 3_600_000);
  expect((await uploader.sendForm({ url, fields }, DOT)).status).toBe(204);
  expect((await uploader.get(id)).body.data).toMatchObject({ id, way: 'form', state: 'open', size: 70 });
  const [place] = await media.db.asSuperuser<{ file: string }>('select file from media where id = $1', [id]);
  const path = `/media/uploads/agents/${agentId}/${place!.file}`;
  expect((await media.send(path)).status).toBe(404);

  const { status, body } = await uploader.complete(id);
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      success: true,
      data: {
        url: expect.stringContaining(`${path}?sig=`) as string,
        type: 'image/png',
        filename: place!.file,
        originalName: 'dot.png',
        size: 70,
      },
    },
  });
  const seen = await media.send(body.data.url);
  expect(seen.bytes).toEqual(DOT);
  expect(seen.headers.get('content-type')).toBe('image/png');
  expect(seen.headers.get('etag')).toBe(`"${sha256(DOT)}"`);
  expect((await uploader.get(id)).body.data).toMatchObject({ state: 'ready', file: { filename: place!.file } });
  expect((await media.inBucket()).filter((key) => key.includes('/incoming/'))).toEqual([]);
});

test('completing twice, and twice at once, answers the same file', async () => {
  const begun = await uploader.begun(dot);
  await uploader.sendForm(begun, DOT);
  const [one, other] = await Promise.all([uploader.complete(begun.id), uploader.complete(begun.id)]);
  for (const { status } of [one, other]) expect([200, 503]).toContain(status);
  const again = await uploader.complete(begun.id);
  expect(again.status).toBe(200);
  const rows = await media.db.asSuperuser('select id from media where id = $1 and state = $2', [begun.id, 'ready']);
  expect(rows).toHaveLength(1);
});

test('what has not arrived cannot be completed, and can be when it has', async () => {
  const begun = await uploader.begun(dot);
  expect(await uploader.complete(begun.id)).toMatchObject({
    status: 409,
    body: { error: { code: 'UPLOAD_INCOMPLETE' } },
  });
  await uploader.sendForm(begun, DOT);
  expect((await uploader.complete(begun.id)).status).toBe(200);
});

test.each([
  ['a page', Buffer.from('<!doctype html><script>alert(1)</script>'), 'UNSUPPORTED_MEDIA_TYPE'],
  [
    'a picture with a script',
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'),
    'UNSUPPORTED_MEDIA_TYPE',
  ],
  ['a program', Buffer.concat([Buffer.from('MZ'), randomBytes(200)]), 'UNSUPPORTED_MEDIA_TYPE'],
  ['nothing in particular', Buffer.alloc(100, 1), 'UNSUPPORTED_MEDIA_TYPE'],
])('%s that is said to be a picture is refused for good, and nothing of it stays', async (_, bytes, code) => {
  const begun = await uploader.begun({ ...dot, size: bytes.length });
  expect((await uploader.sendForm(begun, bytes)).status).toBe(204);
  const before = (await media.inBucket()).filter((key) => !key.includes(begun.id));
  for (let times = 0; times < 2; times += 1) {
    expect(await uploader.complete(begun.id)).toMatchObject({ status: 415, body: { error: { code } } });
  }
  expect((await uploader.get(begun.id)).body.data).toMatchObject({ state: 'refused', refusal: { code } });
  expect(await media.inBucket()).toEqual(before);
  expect(await media.db.asSuperuser('select id from media where id = $1', [begun.id])).toEqual([]);
});

test('what arrives otherwise than its checksum says is refused', async () => {
  const good = await uploader.begun({ ...dot, checksum: sha256(DOT) });
  await uploader.sendForm(good, DOT);
  expect((await uploader.complete(good.id)).status).toBe(200);
  const bad = await uploader.begun({ ...dot, checksum: sha256(Buffer.from('else')) });
  await uploader.sendForm(bad, DOT);
  expect(await uploader.complete(bad.id)).toMatchObject({ status: 422, body: { error: { code: 'FILE_REFUSED' } } });
});

test('who sends the form again after the file was looked at changes nothing that is seen, and it is swept', async () => {
  const begun = await uploader.begun(dot);
  await uploader.sendForm(begun, DOT);
  const { body } = await uploader.complete(begun.id);
  const evil = Buffer.from('<script>alert(1)</script>'.padEnd(70));
  expect((await uploader.sendForm(begun, evil)).status).toBe(204);
  expect((await media.send(body.data.url)).bytes).toEqual(DOT);
  expect((await media.inBucket()).filter((key) => key.endsWith(begun.id))).toHaveLength(1);
  await media.db.asSuperuser(`update uploads set expires_at = now() - interval '1 hour' where id = $1`, [begun.id]);
  await until('what the form brought later is swept', async () => {
    const left = (await media.inBucket()).filter((key) => key.endsWith(begun.id));
    const rows = await media.db.asSuperuser('select id from uploads where id = $1', [begun.id]);
    return left.length + rows.length === 0;
  });
  expect((await media.send(body.data.url)).bytes).toEqual(DOT);
});

test('an upload that is given up leaves nothing, and giving it up twice changes nothing', async () => {
  const begun = await uploader.begun(dot);
  await uploader.sendForm(begun, DOT);
  for (let times = 0; times < 2; times += 1) {
    expect(await uploader.abort(begun.id)).toMatchObject({ status: 200, body: { data: { aborted: true } } });
  }
  expect((await media.inBucket()).filter((key) => key.endsWith(begun.id))).toEqual([]);
  expect(await uploader.complete(begun.id)).toMatchObject({ status: 409, body: { error: { code: 'CONFLICT' } } });
  const whole = await uploader.begun(dot);
  await uploader.sendForm(whole, DOT);
  await uploader.complete(whole.id);
  expect(await uploader.abort(whole.id)).toMatchObject({ status: 409, body: { error: { code: 'CONFLICT' } } });
});

test('a picture of another kind than it is called is stored as what it is', async () => {
  const begun = await uploader.begun({ ...dot, name: 'dot.jpg', type: 'image/jpeg' });
  await uploader.sendForm(begun, DOT);
  const { body } = await uploader.complete(begun.id);
  expect(body.data.type).toBe('image/png');
  expect((await media.send(body.data.url)).headers.get('content-type')).toBe('image/png');
});

describe('a form is good for', () => {
  test('no other bucket', async () => {
    const other = `other-${newId()}`;
    const { sdk, client } = await media.app.get(S3Connection, { strict: false }).open();
    await client.send(new sdk.CreateBucketCommand({ Bucket: other }));
    const { url, fields } = await uploader.begun(dot);
    const elsewhere = { url: url!.replace(/[^/]+$/, other), fields };
    expect((await uploader.sendForm(elsewhere, DOT)).status).toBe(403);
    expect((await client.send(new sdk.ListObjectsV2Command({ Bucket: other }))).Contents ?? []).toEqual([]);
  });

  test.each([
    ['another key', { key: 'evil' }],
    ['another key of the same tenant', (fields: Record<string, string>) => ({ key: `${fields['key']}x` })],
    ['a key above its own', (fields: Record<string, string>) => ({ key: fields['key']!.replace(/[^/]+$/, '../../x') })],
    ['another type', { 'Content-Type': 'text/html' }],
    ['a header of its own', { 'Cache-Control': 'public' }],
    ['an open door', { acl: 'public-read' }],
    [
      'another policy',
      { Policy: Buffer.from('{"expiration":"2099-01-01T00:00:00Z","conditions":[]}').toString('base64') },
    ],
    ['another signature', { 'X-Amz-Signature': '0'.repeat(64) }],
  ])('no %s', async (_, change) => {
    const { url, fields } = await uploader.begun(dot);
    const before = await media.inBucket();
    const changed = { ...fields, ...(typeof change === 'function' ? change(fields!) : change) } as Record<
      string,
      string
    >;
    expect((await uploader.sendForm({ url, fields: changed }, DOT)).status).toBe(403);
    expect(await media.inBucket()).toEqual(before);
  });

  test.each([
    ['less', DOT.subarray(1)],
    ['more', Buffer.concat([DOT, Buffer.from('x')])],
  ])('nothing of %s bytes than announced', async (_, bytes) => {
    const begun = await uploader.begun(dot);
    const before = await media.inBucket();
    expect((await uploader.sendForm(begun, bytes)).status).toBe(400);
    expect(await media.inBucket()).toEqual(before);
  });
});

test.each([
  ['without a size', { size: undefined }, 400, 'VALIDATION_ERROR'],
  ['of no bytes', { size: 0 }, 400, 'VALIDATION_ERROR'],
  ['of half a byte', { size: 0.5 }, 400, 'VALIDATION_ERROR'],
  ['too large for a form', { size: 51 * 1024 * 1024 }, 413, 'PAYLOAD_TOO_LARGE'],
  ['too large at all', { size: 2_001 * 1024 * 1024, way: 'parts' }, 413, 'PAYLOAD_TOO_LARGE'],
  ['of a type that is not stored', { type: 'text/html' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ['with a path for a name', { name: '../../x.png' }, 400, 'INVALID_REQUEST'],
  ['with a byte for a name that is none', { name: 'a\u0000.png' }, 400, 'VALIDATION_ERROR'],
  ['whose name is read from the other side', { name: 'a\u202egnp.exe' }, 400, 'INVALID_REQUEST'],
  ['of nobody', { agentId: undefined }, 400, 'VALIDATION_ERROR'],
  ['of both', { channelId: newId() }, 400, 'VALIDATION_ERROR'],
  ['of something that is no id', { agentId: '42' }, 400, 'VALIDATION_ERROR'],
  ['in a way that there is not', { way: 'pigeon' }, 400, 'VALIDATION_ERROR'],
  ['with a checksum that is none', { checksum: 'x' }, 400, 'VALIDATION_ERROR'],
])('a file %s is not begun', async (_, change, status, code) => {
  const count = 'select count(*) from media where derived_from is null';
  const before = await media.db.asSuperuser(count);
  expect(await uploader.begin({ ...dot, ...change })).toMatchObject({ status, body: { error: { code } } });
  expect(await media.db.asSuperuser(count)).toEqual(before);
});

test('an upload that is over is not there', async () => {
  const { id } = await uploader.begun(dot);
  await media.db.asSuperuser(`update uploads set expires_at = now() - interval '1 second' where id = $1`, [id]);
  for (const asked of [uploader.get(id), uploader.complete(id), uploader.abort(id)]) {
    expect(await asked).toMatchObject({ status: 404, body: { error: { code: 'UPLOAD_NOT_FOUND' } } });
  }
  expect((await uploader.get('42')).body.error.code).toBe('INVALID_ID');
});

test('an end user uploads to where it takes part, and nobody else goes on with that', async () => {
  const tenant = await media.db.tenant();
  const issuer = await TestIssuer.shared(media.db.database, tenant, { entityClaim: 'entity', defaultScopes: ['*'] });
  const [ann, bob] = [newId(), newId()];
  const own = async (entity: string): Promise<DirectUploader> =>
    new DirectUploader(media, { authorization: `Bearer ${await issuer.token(entity, { entity, tenant })}` });
  const [annUploads, bobUploads] = [await own(ann), await own(bob)];
  const channelId = await makeChannel(media.db.database, tenant, { participants: [ann] });
  const file = { ...dot, agentId: undefined, channelId };
  expect(await bobUploads.begin(file)).toMatchObject({ status: 404, body: { error: { code: 'CHANNEL_NOT_FOUND' } } });
  const begun = await annUploads.begun(file);
  await annUploads.sendForm(begun, DOT);
  for (const asked of [bobUploads, uploader]) {
    for (const refused of [asked.get(begun.id), asked.complete(begun.id), asked.abort(begun.id)]) {
      expect(await refused).toMatchObject({ status: 404, body: { error: { code: 'UPLOAD_NOT_FOUND' } } });
    }
  }
  await media.db.database.inTenant(tenant, (scope) => scope.participants.remove(channelId, ann));
  expect(await annUploads.complete(begun.id)).toMatchObject({
    status: 404,
    body: { error: { code: 'CHANNEL_NOT_FOUND' } },
  });
  await media.db.database.inTenant(tenant, (scope) => scope.participants.add(channelId, [ann]));
  expect((await annUploads.complete(begun.id)).status).toBe(200);
});

test('forms and addresses are signed for the host that browsers see', async () => {
  const seen = await TestMedia.start({ S3_PUBLIC_ENDPOINT: 'https://files.example.com' });
  try {
    const away = new DirectUploader(seen);
    expect((await away.begun(dot)).url).toMatch(/^https:\/\/files\.example\.com\/media-/);
    const { id } = await away.begun({ ...dot, way: 'parts' });
    const [url] = await away.urls(id, [1]);
    expect(url).toMatch(/^https:\/\/files\.example\.com\/media-.*[?&]X-Amz-SignedHeaders=content-length%3Bhost/);
    expect(url).not.toContain('checksum');
  } finally {
    await seen.close();
  }
});
