import { newId, type PlanQuotas, type Uuid } from '@app/contracts';
import { MediaPath } from '@app/persistence';
import { makeChannel, testDatabase, type TestDatabase } from '@app/testing';

let db: TestDatabase;
let media: MediaPath;
beforeAll(async () => {
  db = await testDatabase();
  media = new MediaPath(db.database);
});
afterAll(() => db.close());

async function aTenantWith(quotas: PlanQuotas = {}): Promise<Uuid> {
  const tenant = await db.tenant();
  const plan = `p-${tenant.slice(-12)}`;
  await db.asSuperuser('insert into plans (name, quotas) values ($1, $2)', [plan, JSON.stringify(quotas)]);
  await db.asSuperuser('update tenants set plan = $2 where id = $1', [tenant, plan]);
  return tenant;
}

async function reserve(tenant: Uuid, size: number, ownerId = newId()): Promise<Uuid> {
  const id = newId();
  const place = { ownerKind: 'channel', ownerId, file: `${id}.txt` } as const;
  await media.reserve(tenant, { id, ...place, originalName: 'a', type: 'text/plain', size }, 60_000);
  return id;
}

async function store(tenant: Uuid, size: number, ownerId = newId()): Promise<Uuid> {
  const id = await reserve(tenant, size + 5, ownerId);
  expect(await media.publish(tenant, id, { size, checksum: 'c' })).toBe(true);
  return id;
}

/** What is counted, after making sure that it is what the rows say. */
async function counted(tenant: Uuid): Promise<[ready: number, pending: number]> {
  const [row] = await db.asSuperuser<{ ready: number; pending: number; ready_rows: number; pending_rows: number }>(
    `select coalesce((select ready_bytes from media_storage where tenant_id = $1), 0)::int as ready,
            coalesce((select pending_bytes from media_storage where tenant_id = $1), 0)::int as pending,
            coalesce(sum(size) filter (where state = 'ready'), 0)::int as ready_rows,
            coalesce(sum(size) filter (where state = 'pending'), 0)::int as pending_rows
       from media where tenant_id = $1`,
    [tenant],
  );
  expect(row).toMatchObject({ ready: row!.ready_rows, pending: row!.pending_rows });
  return [row!.ready, row!.pending];
}

it('counts what is on its way with what it may grow to, and what is there with what it is', async () => {
  const tenant = await aTenantWith();
  const id = await reserve(tenant, 100);
  expect(await counted(tenant)).toEqual([0, 100]);
  await media.publish(tenant, id, { size: 70, checksum: 'c' });
  await media.publish(tenant, id, { size: 70, checksum: 'c' });
  expect(await counted(tenant)).toEqual([70, 0]);
  expect(await db.database.inTenant(tenant, (scope) => scope.usage.storedBytes())).toBe(70);
});

it('counts what goes, in whichever way it goes', async () => {
  const tenant = await aTenantWith();
  const channel = await makeChannel(db.database, tenant);
  await store(tenant, 10, channel);
  await store(tenant, 20, channel);
  const refused = await reserve(tenant, 1_000);
  const kept = await store(tenant, 40);
  expect(await counted(tenant)).toEqual([70, 1_000]);
  await db.database.inTenant(tenant, (scope) => scope.media.doom(refused));
  await db.database.inTenant(tenant, (scope) => scope.media.forget(refused));
  expect(await counted(tenant)).toEqual([70, 0]);
  await db.database.inTenant(tenant, (scope) => scope.channels.delete(channel));
  expect(await counted(tenant)).toEqual([40, 0]);
  await db.asSuperuser('delete from media where tenant_id = $1 and id = $2', [tenant, kept]);
  expect(await counted(tenant)).toEqual([0, 0]);
});

it('lets a tenant go with all its files', async () => {
  const tenant = await aTenantWith();
  await store(tenant, 10);
  await db.asSuperuser('delete from tenants where id = $1', [tenant]);
  expect(await db.asSuperuser('select * from media_storage where tenant_id = $1', [tenant])).toEqual([]);
});

it('counts nothing of what is rolled back', async () => {
  const tenant = await aTenantWith();
  const id = await store(tenant, 10);
  const broken = db.database.inTenant(tenant, async (scope) => {
    await scope.media.doom(id);
    throw new Error('broken');
  });
  await expect(broken).rejects.toThrow('broken');
  expect(await counted(tenant)).toEqual([10, 0]);
});

it('refuses what would pass the quota, by its name, and keeps nothing of it', async () => {
  const tenant = await aTenantWith({ storageBytes: 100 });
  await store(tenant, 60);
  expect(await media.roomLeft(tenant)).toBe(40);
  await expect(reserve(tenant, 41)).rejects.toMatchObject({
    code: 'QUOTA_EXCEEDED',
    details: { quota: 'storageBytes' },
  });
  await reserve(tenant, 40);
  expect(await media.roomLeft(tenant)).toBe(0);
  expect(await counted(tenant)).toEqual([60, 40]);
  expect(await media.roomLeft(await aTenantWith())).toBeUndefined();
});

it('is not passed by a byte, however many come at once', async () => {
  const tenant = await aTenantWith({ storageBytes: 100 });
  const outcomes = await Promise.allSettled(Array.from({ length: 60 }, () => reserve(tenant, 7)));
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(outcomes.length - refused.length).toBe(14);
  for (const { reason } of refused) expect(reason).toMatchObject({ code: 'QUOTA_EXCEEDED' });
  expect(await counted(tenant)).toEqual([0, 98]);
});

it('counts right when all of it happens at once', async () => {
  const tenant = await aTenantWith();
  const channels = await Promise.all([1, 2, 3].map(() => makeChannel(db.database, tenant)));
  const lives = Array.from({ length: 60 }, async (_, i) => {
    const id = await reserve(tenant, 50, channels[i % 4]);
    if (i % 5 === 0) await db.database.inTenant(tenant, (scope) => scope.media.doom(id));
    else await media.publish(tenant, id, { size: i, checksum: 'c' });
  });
  const ends = channels
    .slice(1)
    .map((channel) => db.database.inTenant(tenant, (scope) => scope.channels.delete(channel)));
  await Promise.all([...lives, ...ends]);
  await counted(tenant);
});

it('counts what is made of files and does not refuse it', async () => {
  const tenant = await aTenantWith({ storageBytes: 15 });
  const source = await reserve(tenant, 15);
  await media.publish(tenant, source, { size: 15, checksum: 'c' });
  await db.asSuperuser(
    `insert into media (tenant_id, id, owner_kind, owner_id, file, original_name, type, size, derived_from, expires_at)
     values ($1, $2, 'channel', $2, 'small.webp', 'a', 'image/webp', 9, $3, now())`,
    [tenant, newId(), source],
  );
  expect(await counted(tenant)).toEqual([15, 9]);
  expect(await media.roomLeft(tenant)).toBe(-9);
});
