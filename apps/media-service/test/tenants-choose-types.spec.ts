import { DEFAULT_TENANT_ID, DEFAULT_UPLOAD_TYPES, newId, UPLOAD_TYPES_SETTING, uploadTypesNamed } from '@app/contracts';
import { Database } from '@app/persistence';
import { SecretBox, tenantSettingOwner } from '@app/platform';
import { gzipSync } from 'node:zlib';
import { UploadTypes } from '../src/checks/upload-types.js';
import { DOT, TestMedia, type Reply, type SentFile } from './test-media.js';

const agent = newId();
const PICTURE: SentFile = { bytes: DOT, name: 'a.png' };
const WORDS: SentFile = { bytes: 'a,b\n1,2\n', name: 'a.csv', type: 'text/csv' };
const PDF: SentFile = { bytes: '%PDF-1.7\n', name: 'a.pdf' };
const PROGRAM: SentFile = { bytes: Buffer.from('4d5a90000300000004000000ffff0000', 'hex'), name: 'a.png' };
const PACKED: SentFile = { bytes: gzipSync('words'), name: 'a.gz' };

let media: TestMedia;
beforeAll(async () => {
  media = await TestMedia.start();
});
afterAll(() => media.close());

const send = (file: SentFile): Promise<Reply> => media.upload(`/api/media/agents/${agent}/upload-media`, file);
const statuses = async (...files: SentFile[]) => (await Promise.all(files.map(send))).map(({ status }) => status);

/** Stores the setting as the gateway's route does, and lets it be looked up again. */
async function setTypes(value?: string): Promise<void> {
  const box = media.app.get(SecretBox, { strict: false });
  const name = UPLOAD_TYPES_SETTING;
  const settings =
    value === undefined ? [] : [{ name, ...box.seal(value, tenantSettingOwner(DEFAULT_TENANT_ID, name)) }];
  const database = media.app.get<Database>(Database, { strict: false });
  await database.inTenant(DEFAULT_TENANT_ID, (tenant) => tenant.settings.replace(settings));
  media.app.get(UploadTypes, { strict: false })['kept'].clear();
}

test('a tenant that names none takes more than ElizaOS does, and nothing that runs', async () => {
  expect(await statuses(PICTURE, WORDS, PDF, PROGRAM, PACKED)).toEqual([200, 200, 200, 415, 415]);
});

test('who is refused is told what came, and what is taken', async () => {
  const { body } = await send(PROGRAM);
  expect(body.error.code).toBe('UNSUPPORTED_MEDIA_TYPE');
  expect(body.error.details).toEqual({ type: 'application/x-msdownload', allowed: DEFAULT_UPLOAD_TYPES });
});

test('a tenant may take less', async () => {
  await setTypes('image/*, application/pdf');
  expect(await statuses(PICTURE, WORDS, PDF)).toEqual([200, 415, 200]);
  const { allowed } = (await send(WORDS)).body.error.details;
  expect(allowed).toEqual(['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif', 'application/pdf']);
});

test('a tenant may take more, and never what runs', async () => {
  await setTypes('default application/gzip application/x-msdownload text/html image/svg+xml');
  const page = { bytes: '<html><script>alert(1)</script></html>', name: 'a.html', type: 'text/html' };
  const drawing = { bytes: '<svg xmlns="http://www.w3.org/2000/svg"/>', name: 'a.svg', type: 'image/svg+xml' };
  expect(await statuses(PICTURE, PACKED, PROGRAM, page, drawing)).toEqual([200, 200, 415, 415, 415]);
});

test('a setting that names nothing lets nothing in, and one that is taken away lets in what it did before', async () => {
  await setTypes('nonsense');
  expect(await statuses(PICTURE, WORDS)).toEqual([415, 415]);
  await setTypes();
  expect(await statuses(PICTURE, WORDS)).toEqual([200, 200]);
  expect(uploadTypesNamed('')).toEqual([]);
});

test('a setting that cannot be opened is no permission', async () => {
  const database = media.app.get<Database>(Database, { strict: false });
  await setTypes('default');
  await media.db.asSuperuser(`update tenant_settings set ciphertext = '\\x00'`);
  media.app.get(UploadTypes, { strict: false })['kept'].clear();
  expect((await send(PICTURE)).body.error.code).toBe('CONFLICT');
  await database.inTenant(DEFAULT_TENANT_ID, (tenant) => tenant.settings.replace([]));
});
