import { request } from 'node:http';
import { newId, type Uuid } from '@app/contracts';
import { aKey, aTenant } from '@app/testing';
import { TestMedia, type Reply } from './test-media.js';

let media: TestMedia;
beforeAll(async () => {
  media = await TestMedia.start();
});
afterAll(() => media.close());

const path = `/api/media/agents/${newId()}/upload-media`;
const mb = (count: number): Buffer => Buffer.alloc(count * 1024 * 1024, 'a');

interface Bounded {
  tenant: Uuid;
  upload: (bytes: Buffer) => Promise<Reply>;
  key: string;
}

async function bounded(storageBytes: number): Promise<Bounded> {
  const tenant = await aTenant(media.db.database);
  const plan = `p-${tenant.slice(-12)}`;
  await media.db.asSuperuser('insert into plans (name, quotas) values ($1, $2)', [
    plan,
    JSON.stringify({ storageBytes }),
  ]);
  await media.db.asSuperuser('update tenants set plan = $2 where id = $1', [tenant, plan]);
  const { key } = await aKey(media.db.database, tenant);
  const upload = (bytes: Buffer) =>
    media.upload(path, { bytes, name: 'a.txt', type: 'text/plain' }, { 'x-api-key': key });
  return { tenant, upload, key };
}

const stored = async (tenant: Uuid): Promise<number> =>
  media.db.database.inTenant(tenant, (scope) => scope.usage.storedBytes());

/** A form that is sent by hand: what it says of its length, and how much of a file it then brings. */
function sendForm(
  key: string,
  headers: Record<string, string>,
  bytes: number,
): Promise<[status: number, sent: number]> {
  return new Promise((resolve, reject) => {
    const type = 'multipart/form-data; boundary=x';
    const asked = request(media.url + path, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': type, ...headers },
    });
    let sent = 0;
    asked.once('response', (response) => {
      response.resume();
      resolve([response.statusCode!, sent]);
    });
    asked.once('error', reject);
    asked.on('close', () => undefined);
    asked.write(
      '--x\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\ncontent-type: text/plain\r\n\r\n',
    );
    const more = (): void => {
      if (sent >= bytes || asked.destroyed) return;
      sent += 65_536;
      asked.write(Buffer.alloc(65_536, 'a'), () => setImmediate(more));
    };
    more();
  });
}

test('a file that fits to the byte is stored, and the next is refused', async () => {
  const { tenant, upload } = await bounded(2 * 1024 * 1024);
  expect((await upload(mb(1))).status).toBe(200);
  expect((await upload(mb(1))).status).toBe(200);
  expect(await stored(tenant)).toBe(2 * 1024 * 1024);
  const refused = await upload(Buffer.from('a'));
  expect([refused.status, refused.body.error]).toEqual([
    429,
    expect.objectContaining({ code: 'QUOTA_EXCEEDED', details: { quota: 'storageBytes' } }),
  ]);
  expect(await stored(tenant)).toBe(2 * 1024 * 1024);
});

test('who says that the file is larger than what is left is refused before it comes', async () => {
  const { key } = await bounded(1024 * 1024);
  expect(await sendForm(key, { 'content-length': '40000000' }, 0)).toEqual([429, 0]);
});

test('who does not say it is refused while it comes, and nothing of it stays', async () => {
  const { tenant, key } = await bounded(1024 * 1024);
  const before = await media.inBucket();
  const [status, sent] = await sendForm(key, { 'transfer-encoding': 'chunked' }, 30_000_000);
  expect(status).toBe(429);
  expect(sent).toBeLessThan(20_000_000);
  expect(await stored(tenant)).toBe(0);
  expect(await media.inBucket()).toEqual(before);
});

test('a file as large as a form may bring is taken, and one byte more is not', async () => {
  const { upload } = await bounded(1024 ** 3);
  expect((await upload(mb(50))).status).toBe(200);
  const refused = await upload(Buffer.concat([mb(50), Buffer.from('a')]));
  expect([refused.status, refused.body.error.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
});

test('uploads at the same time do not pass it together', async () => {
  const { tenant, upload } = await bounded(3 * 1024 * 1024);
  const replies = await Promise.all(Array.from({ length: 12 }, () => upload(mb(1))));
  const taken = replies.filter(({ status }) => status === 200);
  expect(await stored(tenant)).toBe(taken.length * 1024 * 1024);
  // Each one holds room for its whole request while it comes, a little more than its file.
  expect([2, 3]).toContain(taken.length);
  for (const { status, body } of replies.filter((reply) => reply.status !== 200)) {
    expect([status, body.error.code]).toEqual([429, 'QUOTA_EXCEEDED']);
  }
  const [row] = await media.db.asSuperuser<{ pending: number }>(
    'select pending_bytes::int as pending from media_storage where tenant_id = $1',
    [tenant],
  );
  expect(row!.pending).toBe(0);
});

test('what is deleted makes room', async () => {
  const { tenant, upload } = await bounded(1024 * 1024);
  expect((await upload(mb(1))).status).toBe(200);
  await media.db.asSuperuser(`update media set state = 'deleting', expires_at = now() where tenant_id = $1`, [tenant]);
  expect((await upload(mb(1))).status).toBe(200);
});
