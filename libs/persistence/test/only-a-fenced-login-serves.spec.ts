import { newId, type Uuid } from '@app/contracts';
import { createTenant, Database, Dispatch, MessagePath, migrate, seedDefaultTenant } from '@app/persistence';
import { makeAgent, makeChannel, setting, someMessage, testDatabase, type TestDatabase } from '@app/testing';
import { Client } from 'pg';

let db: TestDatabase;
let admin: Client;
const roles: string[] = [];

beforeAll(async () => {
  db = await testDatabase();
  admin = new Client({ connectionString: db.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  for (const role of roles) await admin.query(`drop role ${role}`);
  await admin.end();
  await db.close();
});

/** A login of this test's own; roles belong to the whole cluster, so its name is like no other. */
async function login(attributes: string, ...memberOf: string[]): Promise<string> {
  const name = `t_login_${newId().replaceAll('-', '').slice(8)}`;
  await admin.query(`create role ${name} login password 'x' ${attributes}`);
  roles.push(name);
  for (const role of memberOf) await admin.query(`grant ${role} to ${name}`);
  const url = new URL(db.config.url);
  url.username = name;
  url.password = 'x';
  return url.toString();
}

async function refusal(url: string): Promise<string> {
  try {
    const database = await Database.open({ ...db.config, url, poolSize: 1 });
    await database.close();
    return 'it serves';
  } catch (error) {
    return (error as Error).message;
  }
}

const ADVICE = 'Serve with a login that is only a member of eliza_app, and set DATABASE_OWNER_URL for migrations.';

it('refuses a superuser and a login that bypasses row security', async () => {
  for (const attributes of ['superuser', 'bypassrls']) {
    const url = await login(attributes, 'eliza_app');
    const message = await refusal(url);
    expect(message).toBe(
      `The database role "${new URL(url).username}" is a superuser or bypasses row security, so nothing would keep ` +
        `tenants apart. ${ADVICE}`,
    );
  }
});

it('refuses the owner of the tables, and a login that has the owner’s rights', async () => {
  const heir = await login('inherit', 'eliza_owner');
  const owner = await refusal(db.config.ownerUrl.replace(/\?.*$/, '') + '?application_name=serving');
  expect(owner).toMatch(/"eliza_owner" owns tables of tenants, so nothing would keep tenants apart/);
  expect(await refusal(heir)).toMatch(/owns tables of tenants/);
});

it('refuses a login that inherits what the dispatch role sees', async () => {
  const url = await login('inherit', 'eliza_app', 'eliza_dispatch');
  expect(await refusal(url)).toMatch(/inherits the rights of eliza_dispatch \(make it NOINHERIT\)/);
});

it('refuses a login that Postgres does not let in, in words', async () => {
  const url = new URL(db.config.url);
  url.password = 'wrong';
  expect(await refusal(url.toString())).toMatch(/password authentication failed/);
});

/** Sends a message as tenant A, and looks what B and the dispatch role see of it. */
async function serve(database: Database): Promise<void> {
  const [a, b] = [await db.tenant('A'), await db.tenant('B')];
  const agent = await makeAgent(database, a, 'Ada');
  const channelId = await makeChannel(database, a, { participants: [agent] });
  const messages = new MessagePath(database, 10);
  expect(await messages.accept(a, someMessage(channelId))).toMatchObject({ outcome: 'accepted', seq: 1 });
  expect(await messages.accept(b, someMessage(channelId))).toEqual({ outcome: 'channel_not_found' });
  expect(await database.inTenant(b, (scope) => scope.agents.list())).toEqual([]);
  expect(await database.inTenant(a, (scope) => scope.agents.list())).toHaveLength(1);
  expect(await new Dispatch(database).loads()).toContainEqual(
    expect.objectContaining({ tenantId: a, weight: 1, share: null, due: 0 }),
  );
  await expect(database.acrossTenants('select content from messages')).rejects.toMatchObject({ code: '42501' });
  const [who] = await database.oneInTenant<{ role: string }>({
    name: 'who',
    text: 'select current_user as role from fence',
    values: [b],
  });
  expect(['eliza_app', new URL(db.config.url).username]).toContain(who?.role);
}

it('serves with the one address of the owner, in the role of the application', async () => {
  const database = await Database.open({ url: db.config.ownerUrl, poolSize: 3 });
  try {
    await serve(database);
    const unset = await database.oneInTenant<{ count: number }>({
      name: 'nobody',
      text: 'select count(a.id)::int as count from fence left join agents a on true',
      values: [newId()],
    });
    expect(unset).toEqual([{ count: 0 }]);
  } finally {
    await database.close();
  }
});

it('serves with the one address of a superuser only in the role of the application', async () => {
  const database = await Database.open({ url: db.adminUrl, ownerUrl: db.adminUrl, poolSize: 3 });
  try {
    await serve(database);
  } finally {
    await database.close();
  }
});

describe('migrations', () => {
  const made: string[] = [];
  afterAll(async () => {
    for (const name of made) await admin.query(`drop database ${name} with (force)`);
  });

  async function emptyDatabase(): Promise<string> {
    const name = `t_${newId().replaceAll('-', '').slice(8)}`;
    await admin.query(`create database ${name} owner eliza_owner`);
    made.push(name);
    const url = new URL(setting('TEST_DATABASE_OWNER_URL'));
    url.pathname = `/${name}`;
    return url.toString();
  }

  it('run once when several processes start at once, also on databases of one cluster', async () => {
    const [one, other] = [await emptyDatabase(), await emptyDatabase()];
    const done = await Promise.all([migrate(one), migrate(other), migrate(one), migrate(other), migrate(one)]);
    const all = done.flat();
    expect(all.length).toBeGreaterThan(0);
    for (const name of new Set(all)) expect(all.filter((it) => it === name)).toHaveLength(2);
  });

  it('run again change nothing, and the default tenant is made once', async () => {
    const url = await emptyDatabase();
    expect(await migrate(url)).not.toEqual([]);
    expect(await migrate(url)).toEqual([]);
    const seeded = await Promise.all([seedDefaultTenant(url), seedDefaultTenant(url)]);
    expect(seeded.sort()).toEqual([false, true]);
    expect(await seedDefaultTenant(url)).toBe(false);
  });

  it('make a tenant wholly or not at all', async () => {
    const url = await emptyDatabase();
    await migrate(url);
    const id: Uuid = newId();
    const failing = createTenant(url, { id, name: 'T', agent: { name: '' } });
    await expect(failing).rejects.toMatchObject({ code: '23514' });
    expect(await createTenant(url, { id, name: 'T', agent: { name: 'Ada' } })).toBe(true);
  });
});
