import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { mediaObjectPath, newId, parseMediaPath, type Uuid } from '@app/contracts';
import { MediaPath } from '@app/persistence';
import { parseEnv } from '@app/platform';
import { openStorage, StorageEnv, type OpenStorage } from '@app/storage';
import { elizaosInstallation, setting, testDatabase, type ElizaosInstallation, type TestDatabase } from '@app/testing';
import { admin, everythingOf, type Called } from './support.js';

const S3 = {
  S3_ENDPOINT: setting('TEST_S3_ENDPOINT'),
  S3_ACCESS_KEY_ID: setting('TEST_S3_ACCESS_KEY_ID'),
  S3_SECRET_ACCESS_KEY: setting('TEST_S3_SECRET_ACCESS_KEY'),
  S3_BUCKET: `moving-${newId()}`,
};

let db: TestDatabase;
let eliza: ElizaosInstallation;
let storage: OpenStorage;
let data: string;

beforeAll(async () => {
  [db, eliza] = await Promise.all([testDatabase(), elizaosInstallation()]);
  storage = await openStorage(parseEnv(StorageEnv, S3));
  data = await mkdtemp(path.join(os.tmpdir(), 'eliza-files-'));
  await cp(eliza.files, data, { recursive: true });
  // A message that shows a file by its place on the machine of ElizaOS, as its agents write it down.
  const { channelFile, group } = eliza.ids;
  const attachments = [{ id: 'f', url: `/home/eliza/.eliza/data${channelFile!.replace(/^\/media/, '')}` }];
  await eliza.query(
    `update central_messages set metadata = coalesce(metadata, '{}') || $1
      where id = (select id from central_messages where channel_id = $2 order by created_at limit 1)`,
    [JSON.stringify({ attachments }), group],
  );
});
afterAll(async () => {
  await Promise.all([db.close(), eliza.close(), storage.close()]);
  await rm(data, { recursive: true, force: true });
});

function moveIn(tenant: Uuid, ...more: string[]): Promise<Called> {
  return admin(db, ['import-elizaos', eliza.url, '--tenant', tenant, ...more], { env: S3 });
}

/** The bytes that are here under a path of ElizaOS. */
async function stored(tenant: Uuid, url: string): Promise<Buffer | undefined> {
  const place = parseMediaPath(url)!;
  if (!(await new MediaPath(db.database).find(tenant, place))) return undefined;
  const { stream } = await storage.objects.get({ tenantId: tenant, path: mediaObjectPath(place) });
  return buffer(stream);
}

const original = (url: string): Promise<Buffer> => readFile(path.join(eliza.files, url.replace(/^\/media\//, '')));

const shown = (tenant: Uuid): Promise<{ url: string }[]> =>
  db.asSuperuser(
    `select m.metadata #>> '{attachments,0,url}' as url from media_uses u
       join messages m on m.tenant_id = u.tenant_id and m.id = u.message_id where u.tenant_id = $1`,
    [tenant],
  );

it('brings files to the paths that they had, and knows which messages show them', async () => {
  const tenant = await db.tenant();
  const { code, said, complained } = await moveIn(tenant, '--uploads', data);
  expect({ code, complained }).toEqual({ code: 0, complained: '' });
  expect(said).toMatch(/^files +3 +2 +2 +1$/m);
  expect(said).toContain('Left behind: files that are empty, or of a kind that is not stored (1).');
  const { agentFile, channelFile } = eliza.ids;
  for (const url of [agentFile!, channelFile!]) expect(await stored(tenant, url)).toEqual(await original(url));
  const rows = await db.asSuperuser('select distinct type, state from media where tenant_id = $1', [tenant]);
  expect(rows).toEqual([{ type: 'text/plain', state: 'ready' }]);
  expect(await shown(tenant)).toEqual([{ url: channelFile }]);

  const before = await everythingOf(db, tenant);
  expect(await moveIn(tenant, '--uploads', path.join(data, 'uploads'))).toMatchObject({
    code: 0,
    said: expect.stringMatching(/^files +2 +2 +0 +0$/m) as string,
  });
  expect(await everythingOf(db, tenant)).toEqual(before);
});

it('brings files later than messages, and knows all the same which show them', async () => {
  const tenant = await db.tenant();
  await moveIn(tenant);
  expect(await shown(tenant)).toEqual([]);
  expect((await moveIn(tenant, '--uploads', data)).code).toBe(0);
  expect(await shown(tenant)).toEqual([{ url: eliza.ids['channelFile'] }]);
});

it('writes nothing in a dry run, and says the same', async () => {
  const tenant = await db.tenant();
  const before = await everythingOf(db, tenant);
  const { said } = await moveIn(tenant, '--uploads', data, '--dry-run');
  expect(said).toMatch(/^files +3 +0 +2 +1$/m);
  expect(await everythingOf(db, tenant)).toEqual(before);
});

it('ends what a run began that was cut off', async () => {
  const tenant = await db.tenant();
  const place = parseMediaPath(eliza.ids['agentFile']!)!;
  const half = { ...place, id: newId(), originalName: place.file, type: 'text/plain', size: 5 };
  await new MediaPath(db.database).reserve(tenant, half, 60_000);
  expect((await moveIn(tenant, '--uploads', data)).said).toMatch(/^files +3 +2 +2 +1$/m);
  expect(await stored(tenant, eliza.ids['agentFile']!)).toEqual(await original(eliza.ids['agentFile']!));
});

it('takes nothing that would run, follows no link, and brings long files whole', async () => {
  const folder = path.join(data, 'odd/uploads/agents', eliza.ids['ada']!);
  await mkdir(folder, { recursive: true });
  await mkdir(path.join(data, 'odd/uploads/agents/nobody'), { recursive: true });
  const long = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(11_000_000, 'x')]);
  await writeFile(path.join(folder, 'long.pdf'), long);
  await writeFile(path.join(folder, 'page.png'), '<html><script>alert(1)</script></html>');
  await writeFile(path.join(folder, 'a name with blanks.txt'), 'Hello');
  await writeFile(path.join(folder, 'empty.txt'), '');
  await writeFile(path.join(data, 'odd/uploads/agents/nobody/a.txt'), 'Hello');
  await symlink('/etc/passwd', path.join(folder, 'passwd.txt'));
  const tenant = await db.tenant();
  const { code, said } = await moveIn(tenant, '--uploads', path.join(data, 'odd'));
  expect(code).toBe(0);
  expect(said).toMatch(/^files +5 +1 +1 +4$/m);
  expect((await stored(tenant, `/media/uploads/agents/${eliza.ids['ada']}/long.pdf`))?.equals(long)).toBe(true);
});

it('says in a sentence where it looked in vain', async () => {
  const tenant = await db.tenant();
  const { code, complained } = await moveIn(tenant, '--uploads', '/nowhere/at/all');
  expect(code).toBe(1);
  expect(complained).toMatch(/^\/nowhere\/at\/all has no files of ElizaOS: .*\.eliza\/data\.$/);
  const away = { ...S3, S3_ENDPOINT: 'http://127.0.0.1:1' };
  const args = ['import-elizaos', eliza.url, '--tenant', tenant, '--uploads', data];
  expect((await admin(db, args, { env: away })).complained).toMatch(/^The object store cannot be opened: /);
});
