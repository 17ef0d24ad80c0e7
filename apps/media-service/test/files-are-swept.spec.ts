import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newId, parseMediaPath, type Uuid } from '@app/contracts';
import { Database, MediaDispatch } from '@app/persistence';
import { ObjectListing, ObjectStorage, PartStorage, S3Connection, StoreGuard } from '@app/storage';
import { parseEnv } from '@app/platform';
import { until } from '@app/testing';
import { MediaSweeper } from '../src/sweeping/media-sweeper.js';
import { PartsSweeper } from '../src/sweeping/parts-sweeper.js';
import { MediaEnv } from '../src/env.js';
import { mediaVariables } from './media-env.js';
import { TestMedia } from './test-media.js';

const NEVER = '3600000';
const agent = newId();
const SMALL = { bytes: 'words', name: 'a.txt', type: 'text/plain' };

let media: TestMedia;
beforeAll(async () => {
  media = await TestMedia.start({ MEDIA_SWEEP_INTERVAL_MS: NEVER, DERIVATION_INTERVAL_MS: NEVER });
});
afterAll(() => media.close());

const of = <T>(kind: new (...parts: never[]) => T): T => media.app.get<T>(kind, { strict: false });

function parts() {
  const database: Database = media.app.get(Database as never, { strict: false });
  return {
    database,
    dispatch: new MediaDispatch(database),
    objects: of(ObjectStorage),
    parts: of(PartStorage),
    listing: of(ObjectListing),
  };
}
const sweeper = (changes: Partial<ReturnType<typeof parts>> = {}) => new MediaSweeper({ ...parts(), ...changes });

/** Marks a file as triggers do. */
async function doom(path: string): Promise<void> {
  await media.db.asSuperuser(`update media set state = 'deleting', expires_at = now() where file = $1`, [
    parseMediaPath(path)!.file,
  ]);
}

async function statesOf(path: string): Promise<string[]> {
  const rows = await media.db.asSuperuser<{ state: string }>('select state from media where file = $1', [
    parseMediaPath(path)!.file,
  ]);
  return rows.map(({ state }) => state);
}

async function dueAgain(): Promise<void> {
  await media.db.asSuperuser(`update media set expires_at = now() where state <> 'ready'`);
}

test('what is to go goes from the store and from Postgres, and what may be seen stays', async () => {
  const [gone, stays] = [await media.uploaded(agent, SMALL), await media.uploaded(agent, SMALL)];
  await doom(gone);
  expect(await sweeper().sweep()).toBe(1);
  expect([await statesOf(gone), await statesOf(stays)]).toEqual([[], ['ready']]);
  expect((await media.inBucket()).map((key) => key.split('/').pop())).toEqual([parseMediaPath(stays)!.file]);
});

test('several sweep the same without doing it twice', async () => {
  const paths: string[] = [];
  for (let index = 0; index < 20; index++) paths.push(await media.uploaded(agent, SMALL));
  for (const path of paths) await doom(path);
  const counts = await Promise.all([sweeper().sweep(), sweeper().sweep(), sweeper().sweep()]);
  expect(counts.reduce((sum, count) => sum + count)).toBe(20);
});

test('while the store is away nothing is forgotten; it goes later', async () => {
  const path = await media.uploaded(agent, SMALL);
  await doom(path);
  const broken = createServer((_, response) => void response.writeHead(503).end()).listen(0, '127.0.0.1');
  await once(broken, 'listening');
  const S3_ENDPOINT = `http://127.0.0.1:${(broken.address() as AddressInfo).port}`;
  const nowhere = new S3Connection(parseEnv(MediaEnv, mediaVariables(media.db, { S3_ENDPOINT })));
  const away = sweeper({ objects: new ObjectStorage(nowhere, new StoreGuard()) });
  await expect(away.sweep()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  expect(await statesOf(path)).toEqual(['deleting']);
  expect(await sweeper().sweep()).toBe(0); // whoever tried holds it for a while
  await dueAgain();
  expect(await sweeper().sweep()).toBe(1);
  await nowhere.onModuleDestroy();
  broken.close();
});

test('an upload that never ended goes with its parts, once nothing can come after it', async () => {
  const before = await media.inBucket();
  const { parts: store, database } = parts();
  const [tenantId] = await tenants();
  const file = { id: newId(), ownerKind: 'agent' as const, ownerId: agent, file: '1-1.txt' };
  await database.oneInTenant({
    name: 'reserve',
    text: 'select reserve_media(fence.tenant_id, $2, 1) from fence',
    values: [tenantId, JSON.stringify({ ...file, originalName: 'a', type: 'text/plain', size: 10 })],
  });
  const object = await store.begin({ tenantId: tenantId!, path: ['uploads/agents', agent, file.file] }, 'text/plain');
  await store.store(object, 1, Buffer.from('x'));
  await until('it is due', async () => ((await parts().dispatch.toSweep()).length > 0 ? true : undefined));
  expect(await sweeper().sweep()).toBe(0); // given up, and not published any more
  expect(await media.rows()).toContainEqual(expect.objectContaining({ id: file.id, state: 'deleting' }));
  expect(await media.inBucket()).toHaveLength(before.length + 1);
  await dueAgain();
  expect(await sweeper().sweep()).toBe(1);
  expect(await media.inBucket()).toEqual(before);
});

test('parts that no row waits for are given up, and those of an upload under way are not', async () => {
  const { database, parts: store, listing } = parts();
  const [tenantId] = await tenants();
  const lost = { tenantId: tenantId!, path: ['uploads/agents', agent, 'lost.txt'] as [string, ...string[]] };
  const going = { tenantId: tenantId!, path: ['uploads/agents', agent, 'going.txt'] as [string, ...string[]] };
  await store.begin(lost, 'text/plain');
  await store.begin(going, 'text/plain');
  const row = { id: newId(), ownerKind: 'agent', ownerId: agent, file: 'going.txt', originalName: 'a' };
  await database.oneInTenant({
    name: 'reserve-long',
    text: 'select reserve_media(fence.tenant_id, $2, 60000) from fence',
    values: [tenantId, JSON.stringify({ ...row, type: 'text/plain', size: 10 })],
  });
  const sweep = new PartsSweeper({ database, parts: store, listing });
  expect(await sweep.sweep(60_000)).toBe(0); // both are young
  expect(await sweep.sweep(-1_000)).toBe(1);
  const left: string[] = [];
  for await (const page of listing.unfinished()) left.push(...page.map(({ path }) => path.join('/')));
  expect(left).toEqual([`uploads/agents/${agent}/going.txt`]);
});

describe('a tenant that is deleted', () => {
  const objectsOf = async (tenantId: Uuid): Promise<number> => {
    let count = 0;
    for await (const page of parts().listing.objects(tenantId)) count += page.length;
    return count;
  };
  const departure = (tenantId: Uuid) =>
    media.db.asSuperuser('select due_at <= now() as due from departed_tenants where tenant_id = $1', [tenantId]);

  test('takes its objects along, and what still came after it', async () => {
    const tenantId = await media.db.tenant('Leaving');
    const { objects, parts: store } = parts();
    const put = (name: string) =>
      objects.put({ tenantId, path: ['uploads/agents', agent, name] }, { body: Buffer.from('x'), contentType: 'a/b' });
    await put('one.txt');
    await put('two.txt');
    await store.begin({ tenantId, path: ['uploads/agents', agent, 'three.txt'] }, 'text/plain');
    await media.db.asSuperuser('delete from tenants where id = $1', [tenantId]);
    const others = await media.inBucket();
    expect(await sweeper().sweepDeparted()).toBe(2);
    expect(await objectsOf(tenantId)).toBe(0);
    expect(await media.inBucket()).toEqual(others.filter((key) => !key.includes(tenantId)));
    expect(await departure(tenantId)).toEqual([{ due: false }]);

    // An upload that was under way while the tenant went.
    await put('late.txt');
    await media.db.asSuperuser(`update departed_tenants set departed_at = now() - interval '1 day', due_at = now()`);
    expect(await sweeper().sweepDeparted()).toBe(1);
    expect([await objectsOf(tenantId), await departure(tenantId)]).toEqual([0, []]);
  });

  test('and is made anew keeps what it has', async () => {
    const tenantId = await media.db.tenant('Coming back');
    await media.db.asSuperuser('delete from tenants where id = $1', [tenantId]);
    await media.db.asSuperuser(`insert into tenants (id, name) values ($1, 'Back')`, [tenantId]);
    await parts().objects.put({ tenantId, path: ['x'] }, { body: Buffer.from('x'), contentType: 'a/b' });
    expect(await sweeper().sweepDeparted()).toBe(0);
    expect([await objectsOf(tenantId), await departure(tenantId)]).toEqual([1, []]);
  });
});

test('the service sweeps by itself', async () => {
  const own = await TestMedia.start({ MEDIA_SWEEP_INTERVAL_MS: '50', DERIVATION_INTERVAL_MS: NEVER });
  try {
    await own.uploaded(agent, SMALL);
    await own.db.asSuperuser(`update media set state = 'deleting', expires_at = now()`);
    await until('it is swept', async () => ((await own.rows()).length === 0 ? true : undefined));
    expect(await own.inBucket()).toEqual([]);
  } finally {
    await own.close();
  }
});

async function tenants(): Promise<Uuid[]> {
  return (await media.db.asSuperuser<{ id: Uuid }>('select id from tenants limit 1')).map(({ id }) => id);
}
