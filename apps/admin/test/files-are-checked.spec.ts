import { mediaObjectPath, newId, type MediaOwnerKind, type MediaPlace, type Uuid } from '@app/contracts';
import { MediaPath } from '@app/persistence';
import { parseEnv } from '@app/platform';
import { openStorage, StorageEnv, type OpenStorage } from '@app/storage';
import { setting, testDatabase, type TestDatabase } from '@app/testing';
import { admin, type Called } from './support.js';

const S3 = {
  S3_ENDPOINT: setting('TEST_S3_ENDPOINT'),
  S3_ACCESS_KEY_ID: setting('TEST_S3_ACCESS_KEY_ID'),
  S3_SECRET_ACCESS_KEY: setting('TEST_S3_SECRET_ACCESS_KEY'),
  S3_BUCKET: `checking-${newId()}`,
};

let db: TestDatabase;
let storage: OpenStorage;
let tenant: Uuid;
beforeAll(async () => {
  db = await testDatabase();
  storage = await openStorage(parseEnv(StorageEnv, S3));
});
beforeEach(async () => {
  tenant = await db.tenant();
});
afterAll(() => Promise.all([db.close(), storage.close()]));

const check = (...more: string[]): Promise<Called> => admin(db, ['media', 'check', ...more], { env: S3 });
const checked = (...more: string[]): Promise<Called> => check('--tenant', tenant, ...more);

function put(tenantId: Uuid, path: [string, ...string[]], text = 'words'): Promise<void> {
  return storage.objects.put({ tenantId, path }, { body: Buffer.from(text), contentType: 'text/plain' });
}

/** A row of a file of five bytes, and its object unless told otherwise. */
async function file(ownerKind: MediaOwnerKind = 'agent', bytes: string | null = 'words'): Promise<MediaPlace> {
  const media = { id: newId(), ownerKind, ownerId: newId(), file: `${newId()}.txt` };
  const files = new MediaPath(db.database);
  await files.reserve(tenant, { ...media, originalName: 'a', type: 'text/plain', size: 5 }, 60_000);
  if (bytes !== null) await put(tenant, mediaObjectPath(media), bytes);
  await files.publish(tenant, media.id, { size: 5, checksum: 'a' });
  return media;
}

const keyOf = (place: MediaPlace): string => mediaObjectPath(place).join('/');
const states = async (place: MediaPlace) =>
  (await db.asSuperuser<{ state: string }>('select state from media where file = $1', [place.file])).map(
    (r) => r.state,
  );

test('what agrees is told, in any number, and so is what is on its way', async () => {
  const many = Array.from({ length: 1_003 }, (_, index) => {
    const kind = (['agent', 'channel', 'generated'] as const)[index % 3]!;
    return { ownerKind: kind, ownerId: newId(), file: `${index % 2 ? 'a' : 'B'}${index}.txt` };
  });
  await db.asSuperuser(
    `insert into media (tenant_id, id, owner_kind, owner_id, file, original_name, type, size, checksum, state)
     select $1, gen_random_uuid(), m."ownerKind", m."ownerId", m.file, 'a', 'text/plain', 5, 'a', 'ready'
       from jsonb_to_recordset($2) as m("ownerKind" text, "ownerId" uuid, file text)`,
    [tenant, JSON.stringify(many)],
  );
  for (let from = 0; from < many.length; from += 50) {
    await Promise.all(many.slice(from, from + 50).map((place) => put(tenant, mediaObjectPath(place))));
  }
  const coming = { id: newId(), ownerKind: 'agent' as const, ownerId: newId(), file: 'coming.txt' };
  await new MediaPath(db.database).reserve(
    tenant,
    { ...coming, originalName: 'a', type: 'text/plain', size: 5 },
    60_000,
  );
  const { code, said } = await checked();
  expect([code, said]).toEqual([0, `${tenant}: 1003 sound\nRows and objects agree.`]);
});

test('what differs is found in both directions, told, and left as it is', async () => {
  const [sound, lost, torn] = [await file(), await file('channel', null), await file('generated', 'wor')];
  const unknown = { ownerKind: 'agent' as const, ownerId: newId(), file: 'unknown.txt' };
  await put(tenant, mediaObjectPath(unknown));
  await put(tenant, ['incoming', newId()]);
  await put(tenant, ['notes', 'of-an-operator.txt']);
  for (let round = 0; round < 2; round++) {
    const { code, said } = await checked();
    expect(code).toBe(1);
    expect(said).toContain('1 sound, 1 missing, 1 differing, 2 unknown, 1 strange');
    expect(said).toContain(`missing  ${keyOf(lost)}`);
    expect(said).toContain(`differing  ${keyOf(torn)}`);
    expect(said).toContain(`unknown  ${keyOf(unknown)}`);
    expect(said).toContain('strange  notes/of-an-operator.txt');
    expect(said).not.toContain(keyOf(sound));
  }
});

test('with --repair what is unknown goes, what is lost is given up, and the rest stays', async () => {
  const [sound, lost] = [await file(), await file('channel', null)];
  const unknown: MediaPlace = { ownerKind: 'channel', ownerId: newId(), file: 'unknown.txt' };
  await put(tenant, mediaObjectPath(unknown));
  await put(tenant, ['notes', 'of-an-operator.txt']);
  const { code, said } = await checked('--repair');
  expect([code, said.split('\n').at(-1)]).toEqual([0, '2 faults were found, 2 of them are put right.']);
  expect(await storage.objects.find({ tenantId: tenant, path: mediaObjectPath(unknown) })).toBeUndefined();
  expect(await storage.objects.find({ tenantId: tenant, path: mediaObjectPath(sound) })).toBeDefined();
  expect(await storage.objects.find({ tenantId: tenant, path: ['notes', 'of-an-operator.txt'] })).toBeDefined();
  expect([await states(sound), await states(lost)]).toEqual([['ready'], ['deleting']]);
  expect((await checked()).code).toBe(0);
});

test('all tenants are looked through, and what is left of those that are not there', async () => {
  const gone = newId();
  await put(gone, ['uploads', 'x']);
  const { code, said } = await check();
  expect(code).toBe(1);
  expect(said).toContain(`${gone}: objects of a tenant that is not there`);
  expect((await check('--repair')).said).toContain('put right');
  const [departed] = await db.asSuperuser('select tenant_id from departed_tenants where tenant_id = $1', [gone]);
  expect(departed).toBeDefined();
  expect((await check()).said).not.toContain(gone);
});

test('a store that is away is told in a sentence', async () => {
  const away = { ...S3, S3_ENDPOINT: 'http://127.0.0.1:9' };
  const { code, complained } = await admin(db, ['media', 'check'], { env: away });
  expect([code, complained]).toEqual([1, expect.stringContaining('The object store cannot be opened')]);
});
