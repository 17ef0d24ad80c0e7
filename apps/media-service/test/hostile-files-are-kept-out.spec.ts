import { newId, type UploadBegun } from '@app/contracts';
import { PART_BYTES } from '@app/storage';
import { until } from '@app/testing';
import { DirectUploader } from './direct-uploader.js';
import { REFUSED, TAMED } from './hostile/files.js';
import { REQUESTS, sendRaw } from './hostile/requests.js';
import { TestMedia, type Reply, type SentFile } from './test-media.js';

const agentId = newId();
const toAgent = `/api/media/agents/${agentId}/upload-media`;

let media: TestMedia;
let uploader: DirectUploader;
beforeAll(async () => {
  // What is made of files comes when it likes: here only what was sent may be found.
  media = await TestMedia.start({ UPLOAD_MAX_MB: '2', UPLOAD_PART_SECONDS: '1', DERIVATION_INTERVAL_MS: '3600000' });
  uploader = new DirectUploader(media);
  await media.uploaded(agentId, { bytes: 'words', name: 'before.txt' });
});
afterAll(() => media.close());

/** Nothing is in the bucket that was not there before, and no row tells of a file. */
async function expectNothingNew(during: () => Promise<unknown>): Promise<void> {
  const before = [await media.inBucket(), await media.rows()];
  await during();
  expect([await media.inBucket(), await media.rows()]).toEqual(before);
}

async function inParts({ bytes, name = 'a.bin', type = 'application/pdf' }: SentFile): Promise<Reply> {
  const all = Buffer.from(bytes as string);
  const begun: UploadBegun = await uploader.begun({ name, type, size: all.length, agentId, way: 'parts' });
  for (let number = 1; number <= begun.partCount!; number += 1) {
    await uploader.put(begun.id, number, all.subarray((number - 1) * PART_BYTES, number * PART_BYTES));
  }
  return uploader.complete(begun.id);
}

test('the corpus has at least sixty cases, each under a name of its own', () => {
  const names = [...REFUSED, ...TAMED].map(([what]) => what).concat(REQUESTS.map(({ what }) => what));
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(60);
});

describe('refused, and nothing of it stays:', () => {
  test.each(REFUSED)('%s', async (_, file, status, code) => {
    await expectNothingNew(async () => {
      expect(await media.upload(toAgent, file)).toMatchObject({ status, body: { success: false, error: { code } } });
    });
  });

  test.each(REFUSED)('%s, in parts', async (_, file, status, code) => {
    // What is never taken is refused before it is sent.
    if (file.type === 'image/svg+xml') {
      const wanted = { name: 'a.svg', type: file.type, size: 10, agentId, way: 'parts' };
      expect(await uploader.begin(wanted)).toMatchObject({ status, body: { error: { code } } });
      return;
    }
    const sent = file.type === undefined ? { ...file, type: 'application/zip' } : file;
    await expectNothingNew(async () => {
      expect(await inParts(sent)).toMatchObject({ status, body: { success: false, error: { code } } });
    });
  });

  test.each(REQUESTS.map((request) => [request.what, request] as const))('%s', async (_, request) => {
    await expectNothingNew(async () => {
      const rows = await media.rows();
      const told = await sendRaw(media.url, request.path ?? toAgent, request);
      if (request.status === undefined) expect(told).toBe('');
      else expect(told).toMatch(new RegExp(`^HTTP/1.1 ${request.status} `));
      if (request.code !== undefined) expect(told).toContain(`"code":"${request.code}"`);
      // Who has no answer to wait for is done before we are.
      await until('it is cleared away', async () => (await media.rows()).length === rows.length);
    });
  });
});

describe('tamed:', () => {
  test.each(TAMED)('%s', async (_, file, type, disposition) => {
    const { status, body } = await media.upload(toAgent, file);
    expect(status).toBe(200);
    const shown = await media.send(body.data.url);
    expect(shown.headers.get('content-type')).toBe(type);
    expect(shown.headers.get('x-content-type-options')).toBe('nosniff');
    expect(shown.headers.get('content-security-policy')).toMatch(/^default-src 'none';.*sandbox$/);
    expect(shown.headers.get('content-disposition')).toMatch(
      new RegExp(`^${disposition}; filename="[^"]*"; filename\\*=`),
    );
    expect(body.data.filename).toMatch(/^\d+-\d+\.(png|pdf|txt|csv|zip)$/);
    expect([...shown.headers.keys()]).not.toContain('set-cookie');
  });
});
