import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { DEFAULT_TENANT_ID, newId, type UploadBegun } from '@app/contracts';
import { PART_BYTES, PartStorage } from '@app/storage';
import { TestIssuer, until } from '@app/testing';
import { DirectUploader } from './direct-uploader.js';
import { TestMedia } from './test-media.js';

let media: TestMedia;
let uploader: DirectUploader;
beforeAll(async () => {
  media = await TestMedia.start({ UPLOAD_SWEEP_INTERVAL_MS: '50', UPLOAD_PART_SECONDS: '1' });
  uploader = new DirectUploader(media);
});
afterAll(() => media.close());

const agentId = newId();
/** Two whole parts and a bit. */
const pdf = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(2 * PART_BYTES)]);
const wanted = { name: 'long.pdf', type: 'application/pdf', size: pdf.length, agentId, way: 'parts' };

const part = (number: number): Buffer => pdf.subarray((number - 1) * PART_BYTES, number * PART_BYTES);

async function sent(): Promise<UploadBegun> {
  const begun = await uploader.begun(wanted);
  for (const number of [1, 2, 3]) expect((await uploader.put(begun.id, number, part(number))).status).toBe(200);
  return begun;
}

test('a file comes in parts through the service, in any order, and is whole when it is complete', async () => {
  const begun = await uploader.begun(wanted);
  expect(begun).toMatchObject({ way: 'parts', partBytes: PART_BYTES, partCount: 3 });
  for (const number of [3, 1]) {
    const { status, body } = await uploader.put(begun.id, number, part(number));
    expect({ status, body }).toEqual({
      status: 200,
      body: { success: true, data: { number, size: part(number).length } },
    });
  }
  expect((await uploader.get(begun.id)).body.data).toMatchObject({
    state: 'open',
    partCount: 3,
    parts: [
      { number: 1, size: PART_BYTES },
      { number: 3, size: 9 },
    ],
  });
  expect(await uploader.complete(begun.id)).toMatchObject({
    status: 409,
    body: { error: { code: 'UPLOAD_INCOMPLETE', details: { missing: [2], count: 1 } } },
  });
  await uploader.put(begun.id, 2, part(2));
  const { status, body } = await uploader.complete(begun.id);
  expect({ status, type: body.data.type, size: body.data.size }).toEqual({
    status: 200,
    type: 'application/pdf',
    size: pdf.length,
  });
  const seen = await media.send(body.data.url);
  expect(seen.bytes.equals(pdf)).toBe(true);
  expect(seen.headers.get('etag')).toBe(`"${createHash('sha256').update(pdf).digest('hex')}"`);
  const again = await uploader.complete(begun.id);
  expect([again.status, again.body.data.filename]).toEqual([200, body.data.filename]);
});

test('parts go straight to the store, through addresses good for one part of one length', async () => {
  const begun = await uploader.begun(wanted);
  const [first, second, third] = (await uploader.urls(begun.id, [1, 2, 3])) as [string, string, string];
  const put = async (url: string, bytes: Buffer): Promise<number> =>
    (await fetch(url, { method: 'PUT', body: new Uint8Array(bytes) })).status;
  expect(await put(first, part(1).subarray(1))).toBe(403);
  expect(await put(first.replace('partNumber=1', 'partNumber=2'), part(1))).toBe(403);
  expect(await put(first.replace(/uploadId=[^&]+/, 'uploadId=other'), part(1))).toBe(403);
  expect(await put(first.replace(/(\d+-\d+)\.pdf/, '$1x.pdf'), part(1))).toBe(403);
  expect((await fetch(first)).status).toBe(403);
  expect(await put(first, part(1))).toBe(200);
  expect(await put(second, part(2))).toBe(200);
  await uploader.put(begun.id, 3, part(3));
  const { body } = await uploader.complete(begun.id);
  expect((await media.send(body.data.url)).bytes.equals(pdf)).toBe(true);
  // What was signed before is good for nothing once the file can be seen.
  expect(await put(third, Buffer.from('something'))).toBe(404);
  expect((await media.send(body.data.url)).bytes.equals(pdf)).toBe(true);
});

test('a part that is sent again takes its own place', async () => {
  const begun = await uploader.begun(wanted);
  await uploader.put(begun.id, 1, Buffer.alloc(PART_BYTES, 'x'));
  for (const number of [1, 2, 3, 1]) await uploader.put(begun.id, number, part(number));
  expect((await uploader.get(begun.id)).body.data.parts).toHaveLength(3);
  const { body } = await uploader.complete(begun.id);
  expect((await media.send(body.data.url)).bytes.equals(pdf)).toBe(true);
});

test.each([
  ['0', part(1), 400, 'VALIDATION_ERROR'],
  ['4', part(3), 400, 'VALIDATION_ERROR'],
  ['-1', part(1), 400, 'VALIDATION_ERROR'],
  ['1e0', part(1), 400, 'VALIDATION_ERROR'],
  ['one', part(1), 400, 'VALIDATION_ERROR'],
  ['1', part(1).subarray(1), 400, 'INVALID_REQUEST'],
  ['3', Buffer.alloc(10), 413, 'PAYLOAD_TOO_LARGE'],
  ['1', Buffer.alloc(PART_BYTES + 1), 413, 'PAYLOAD_TOO_LARGE'],
  ['3', Buffer.alloc(0), 400, 'INVALID_REQUEST'],
])('part %s of another length or number than there is, is refused', async (number, bytes, status, code) => {
  const { id } = await uploader.begun(wanted);
  expect(await uploader.put(id, number, bytes)).toMatchObject({ status, body: { error: { code } } });
  expect((await uploader.get(id)).body.data.parts).toEqual([]);
  await uploader.abort(id);
});

test('a part of unknown length may not be longer or shorter than it should be', async () => {
  const { id } = await uploader.begun(wanted);
  const chunked = (bytes: Buffer): Promise<number> =>
    new Promise((resolve, reject) => {
      const headers = { 'transfer-encoding': 'chunked', 'content-type': 'application/octet-stream' };
      const asked = request(`${media.url}/api/media/uploads/${id}/parts/3`, { method: 'PUT', headers }, (response) => {
        response.resume();
        resolve(response.statusCode!);
      });
      asked.on('error', reject);
      asked.end(bytes);
    });
  expect(await chunked(Buffer.alloc(10))).toBe(413);
  expect(await chunked(Buffer.alloc(8))).toBe(400);
  expect(await chunked(part(3))).toBe(200);
});

test('a part in JSON is refused, whatever it says', async () => {
  const { id } = await uploader.begun(wanted);
  const reply = await uploader.put(id, 3, Buffer.from('{"a":"b"}'), { 'content-type': 'application/json' });
  expect(reply).toMatchObject({ status: 400, body: { error: { code: 'INVALID_CONTENT_TYPE' } } });
});

test('who stops in the middle of a part is told so, and starts that part again', async () => {
  const { id } = await uploader.begun(wanted);
  const status = await new Promise<number>((resolve, reject) => {
    const headers = { 'content-length': PART_BYTES, 'content-type': 'application/octet-stream' };
    const asked = request(`${media.url}/api/media/uploads/${id}/parts/1`, { method: 'PUT', headers }, (response) => {
      response.resume();
      asked.destroy();
      resolve(response.statusCode!);
    });
    asked.on('error', reject);
    asked.write(part(1).subarray(0, 1_000));
  });
  expect(status).toBe(408);
  expect((await uploader.put(id, 1, part(1))).status).toBe(200);
});

test('an upload that is given up leaves no part', async () => {
  const { id } = await sent();
  expect((await uploader.abort(id)).status).toBe(200);
  expect(await media.inBucket()).not.toContainEqual(expect.stringContaining(`${agentId}/${id}`));
  expect(await uploader.put(id, 1, part(1))).toMatchObject({ status: 409, body: { error: { code: 'CONFLICT' } } });
  expect((await uploader.get(id)).body.data).toMatchObject({ state: 'aborted' });
  const rows = await media.db.asSuperuser('select id from media where id = $1', [id]);
  expect(rows).toEqual([]);
});

test('whatever a caller has not announced is refused: a page in parts', async () => {
  const page = Buffer.from('<html><script>alert(1)</script></html>');
  const { id } = await uploader.begun({ ...wanted, name: 'a.pdf', size: page.length });
  await uploader.put(id, 1, page);
  const before = (await media.inBucket()).length;
  expect(await uploader.complete(id)).toMatchObject({
    status: 415,
    body: { error: { code: 'UNSUPPORTED_MEDIA_TYPE' } },
  });
  expect((await media.inBucket()).length).toBe(before - 1);
  expect((await uploader.get(id)).body.data).toMatchObject({ state: 'refused' });
});

describe('any replica goes on', () => {
  let other: TestMedia;
  beforeAll(async () => {
    other = await media.replica();
  });
  afterAll(() => other.app.close());

  test('with what another one began', async () => {
    const begun = await uploader.begun(wanted);
    const there = new DirectUploader(other);
    await uploader.put(begun.id, 1, part(1));
    await there.put(begun.id, 2, part(2));
    expect((await there.get(begun.id)).body.data.parts).toHaveLength(2);
    await uploader.put(begun.id, 3, part(3));
    const { body } = await there.complete(begun.id);
    expect((await media.send(body.data.url)).bytes.equals(pdf)).toBe(true);
  });

  test('where one died between making the object whole and letting it be seen', async () => {
    const begun = await sent();
    const [row] = await media.db.asSuperuser<{ file: string; s3: string }>(
      'select file, s3_upload_id as s3 from uploads where id = $1',
      [begun.id],
    );
    const parts = media.app.get(PartStorage, { strict: false });
    const object = {
      tenantId: DEFAULT_TENANT_ID,
      path: ['uploads/agents', agentId, row!.file] as [string, ...string[]],
      uploadId: row!.s3,
    };
    await parts.complete(object, await parts.list(object));
    const lease = `update uploads set completing_until = now() + $2::interval where id = $1`;
    await media.db.asSuperuser(lease, [begun.id, '1 hour']);
    const there = new DirectUploader(other);
    expect(await there.complete(begun.id)).toMatchObject({ status: 503, body: { error: { code: 'UPLOADS_BUSY' } } });
    expect((await there.get(begun.id)).body.data.state).toBe('completing');
    await media.db.asSuperuser(lease, [begun.id, '-1 second']);
    const { status, body } = await there.complete(begun.id);
    expect(status).toBe(200);
    expect((await media.send(body.data.url)).bytes.equals(pdf)).toBe(true);
  });

  test('at the same time, and one of them lets it be seen', async () => {
    const begun = await sent();
    const answers = await Promise.all(
      [uploader, new DirectUploader(other), uploader].map((one) => one.complete(begun.id)),
    );
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    for (const { status } of answers) expect([200, 503]).toContain(status);
    expect((await uploader.complete(begun.id)).status).toBe(200);
  });
});

test('parts that the store has lost are asked for again', async () => {
  const begun = await sent();
  const [row] = await media.db.asSuperuser<{ file: string; s3: string }>(
    'select file, s3_upload_id as s3 from uploads where id = $1',
    [begun.id],
  );
  await media.app
    .get(PartStorage, { strict: false })
    .abort({ tenantId: DEFAULT_TENANT_ID, path: ['uploads/agents', agentId, row!.file], uploadId: row!.s3 });
  expect(await uploader.complete(begun.id)).toMatchObject({
    status: 409,
    body: { error: { code: 'UPLOAD_INCOMPLETE' } },
  });
  expect(await uploader.put(begun.id, 1, part(1))).toMatchObject({
    status: 404,
    body: { error: { code: 'UPLOAD_NOT_FOUND' } },
  });
  expect((await uploader.get(begun.id)).body.data.parts).toEqual([]);
});

test('an upload whose time is over is forgotten', async () => {
  const begun = await sent();
  await media.db.asSuperuser(`update uploads set expires_at = now() - interval '1 hour' where id = $1`, [begun.id]);
  expect((await uploader.put(begun.id, 1, part(1))).status).toBe(404);
  await until('its row is gone', async () => {
    const rows = await media.db.asSuperuser('select id from uploads where id = $1', [begun.id]);
    return rows.length === 0;
  });
});

test('what belongs to a tenant is not there for another one', async () => {
  const tenant = await media.db.tenant();
  const issuer = await TestIssuer.shared(media.db.database, tenant, { entityClaim: 'entity', defaultScopes: ['*'] });
  const entity = newId();
  const token = await issuer.token(entity, { entity, tenant });
  const stranger = new DirectUploader(media, { authorization: `Bearer ${token}` });
  const begun = await sent();
  const body = { numbers: [1] };
  const tries = [
    stranger.get(begun.id),
    stranger.put(begun.id, 1, part(1)),
    stranger.complete(begun.id),
    stranger.abort(begun.id),
    media.json('POST', `/api/media/uploads/${begun.id}/part-urls`, body, stranger.headers),
  ];
  for (const tried of tries)
    expect(await tried).toMatchObject({ status: 404, body: { error: { code: 'UPLOAD_NOT_FOUND' } } });
  expect((await uploader.complete(begun.id)).status).toBe(200);
});
