import { newId, type Uuid } from '@app/contracts';
import { MessagePath } from '@app/persistence';
import {
  elizaosInstallation,
  someMessage,
  testDatabase,
  type ElizaosInstallation,
  type TestDatabase,
} from '@app/testing';
import { admin, everythingOf, type Called } from './support.js';

const MANY = 1_000;

let db: TestDatabase;
let eliza: ElizaosInstallation;
let outside: Uuid;
let carl: Uuid;

beforeAll(async () => {
  [db, eliza] = await Promise.all([testDatabase(), elizaosInstallation()]);
  outside = eliza.ids['outside']!;
  carl = eliza.ids['carl']!;
  // More than one portion, half of them at the very same moment.
  await eliza.query(
    `insert into central_messages (id, channel_id, author_id, content, created_at, updated_at)
     select gen_random_uuid(), $1, $2, 'Many ' || n, at, at
       from (select n, timestamp '2026-01-01 10:00:00.123456' + interval '1 minute' * greatest(0, n - $3::int / 2) as at
               from generate_series(1, $3::int) n) said`,
    [outside, carl, MANY],
  );
});
afterAll(() => Promise.all([db.close(), eliza.close()]));

function moveIn(tenant: Uuid, ...more: string[]): Promise<Called> {
  return admin(db, ['import-elizaos', eliza.url, '--tenant', tenant, ...more]);
}

async function said(tenant: Uuid): Promise<{ id: Uuid; seq: number; at: Date }[]> {
  return db.asSuperuser(
    'select id, seq::int, created_at as at from messages where tenant_id = $1 and channel_id = $2 order by seq',
    [tenant, outside],
  );
}

/** What a tenant has, but for what is of the moment: times of making, places in the order of joining, sealed texts. */
async function lasting(tenant: Uuid): Promise<string> {
  return JSON.stringify(await everythingOf(db, tenant))
    .replaceAll(tenant, '<tenant>')
    .replaceAll(/"(added_at|updated_at|created_at|position|ciphertext)": ?("[^"]*"|\d+)/g, '"$1":0');
}

it('gives messages of the same moment places a millisecond apart, the same ones each time', async () => {
  const [one, other] = [await db.tenant(), await db.tenant()];
  expect(await moveIn(one)).toMatchObject({ code: 0 });
  expect(await moveIn(other)).toMatchObject({ code: 0 });
  const places = await said(one);
  expect(places).toHaveLength(MANY + 25);
  expect(places[0]!.at.toISOString()).toBe('2026-01-01T10:00:00.123Z');
  for (const [index, { seq, at }] of places.entries()) {
    expect(seq).toBe(index + 1);
    if (index > 0) expect(at.getTime()).toBeGreaterThan(places[index - 1]!.at.getTime());
  }
  expect(await said(other)).toEqual(places);
});

it('ends at once when it is interrupted, and does the rest when it is run again', async () => {
  const [whole, cut] = [await db.tenant(), await db.tenant()];
  await moveIn(whole);
  const stopping = new AbortController();
  const interrupted = admin(db, ['import-elizaos', eliza.url, '--tenant', cut], { signal: stopping.signal });
  const begun = async (): Promise<boolean> => (await said(cut)).length > 0;
  while (!(await begun())) await new Promise((resolve) => setTimeout(resolve, 2));
  stopping.abort();
  expect(await interrupted).toMatchObject({ code: 1, complained: 'Interrupted.' });
  expect((await said(cut)).length).toBeLessThan(MANY + 25);
  expect(await moveIn(cut)).toMatchObject({ code: 0 });
  expect(await said(cut)).toEqual(await said(whole));
  expect(await lasting(cut)).toBe(await lasting(whole));
});

it('appends what was said there since, behind what was said here meanwhile', async () => {
  const tenant = await db.tenant();
  await moveIn(tenant);
  const path = new MessagePath(db.database, 10);
  const here = await path.accept(tenant, someMessage(outside));
  const late = newId();
  await eliza.query(
    `insert into central_messages (id, channel_id, author_id, content, created_at, updated_at)
     values ($1, $2, $3, 'Late', '2026-11-30', '2026-11-30')`,
    [late, outside, carl],
  );
  const { code, said: told } = await moveIn(tenant);
  expect(code).toBe(0);
  expect(told).toMatch(/^messages +1037 +1037 +1 +0$/m);
  const places = await said(tenant);
  expect(places.slice(-2)).toMatchObject([{ id: (here as { id: Uuid }).id }, { id: late }]);
  await eliza.query('delete from central_messages where id = $1', [late]);
});

it('leaves deleted what was deleted here', async () => {
  const tenant = await db.tenant();
  await moveIn(tenant);
  const { group, direct, ada } = eliza.ids;
  const [one] = await said(tenant);
  await db.database.inTenant(tenant, async (scope) => {
    await scope.messages.delete(outside, one!.id);
    await scope.messages.clear(direct!);
    await scope.participants.remove(group!, ada!);
  });
  const before = await everythingOf(db, tenant);
  const { code, said: told } = await moveIn(tenant);
  expect(code).toBe(0);
  expect(told).toContain('messages that were deleted here');
  expect(told).toContain('participants that left channels that are here (1)');
  expect(told).toContain('Nothing was changed');
  expect(await everythingOf(db, tenant)).toEqual(before);
});

it('leaves an agent that is here as it is, with its secrets', async () => {
  const tenant = await db.tenant();
  const ada = eliza.ids['ada']!;
  await db.database.inTenant(tenant, (scope) =>
    scope.agents.insert({ id: ada, name: 'Another Ada', character: { name: 'Another Ada' }, engine: 'native' }),
  );
  const { code, said: told } = await moveIn(tenant);
  expect(code).toBe(0);
  expect(told).toMatch(/^agents +3 +3 +2 +0$/m);
  await db.database.inTenant(tenant, async (scope) => {
    expect(await scope.agents.find(ada)).toMatchObject({ name: 'Another Ada', enabled: false });
    expect(await scope.agentSecrets.names(ada)).toEqual([]);
  });
});

it('stops at secrets that do not open, before anything is written', async () => {
  const tenant = await db.tenant();
  const before = await everythingOf(db, tenant);
  const { code, complained } = await admin(db, ['import-elizaos', eliza.url, '--tenant', tenant], {
    env: { SECRET_SALT: 'another salt' },
  });
  expect(code).toBe(1);
  expect(complained).toMatch(/^The secrets of the agent \w+ .* do not open: set SECRET_SALT/);
  expect(await everythingOf(db, tenant)).toEqual(before);
});

it('fails and says why when the counts differ', async () => {
  await eliza.query(`insert into central_messages (id, channel_id, author_id, content, created_at, updated_at)
    values ('no uuid at all', '${outside}', '${carl}', 'Lost', now(), now())`);
  const tenant = await db.tenant();
  const { code, complained } = await moveIn(tenant);
  await eliza.query(`delete from central_messages where id = 'no uuid at all'`);
  expect(code).toBe(1);
  expect(complained).toBe(
    'The counts of messages differ by 1: 1037 there, 1036 here; 1 have ids that are no UUIDs, which nothing here can have.',
  );
});
