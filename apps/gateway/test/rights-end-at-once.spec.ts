import { newId, type Uuid } from '@app/contracts';
import { newApiKey } from '@app/identity';
import { Database } from '@app/persistence';
import { IdentityNews } from '@app/transport';
import { aKey, aTenant, TestIssuer } from '@app/testing';
import { TestGateway, type Listener } from './support.js';

/** What was promised: so long after it, in milliseconds, nothing of a lost right is left on any gateway. */
const SOON_MS = 5_000;

let here: TestGateway;
let there: TestGateway;
let tenant: Uuid;

beforeAll(async () => {
  const locks = { ELIZA_SERVER_AUTH_TOKEN: 'rest-key', SERVER_API_KEY: 'socket-key' };
  here = await TestGateway.start(locks);
  there = await TestGateway.start(locks, here);
  tenant = await aTenant(here.db.database);
});
afterAll(async () => {
  await there.close();
  await here.close();
});

const ping = async (gateway: TestGateway, key: string): Promise<number> =>
  (await gateway.call('GET', '/api/server/ping', undefined, { 'x-api-key': key })).status;

const dial = async (gateway: TestGateway, key: string): Promise<Listener> => {
  const socket = gateway.dial({ entityId: newId(), apiKey: key });
  await socket.next('connection_established');
  return socket;
};

/** How long a socket was still there, and what it was told. */
async function end(socket: Listener): Promise<{ ms: number; told: unknown }> {
  const since = performance.now();
  expect(await socket.next('disconnect')).toBe('io server disconnect');
  return { ms: performance.now() - since, told: socket.all('unauthorized')[0]?.code };
}

async function refusedAfter(gateway: TestGateway, key: string): Promise<number> {
  const since = performance.now();
  while ((await ping(gateway, key)) === 200) await new Promise((resolve) => setTimeout(resolve, 50));
  return performance.now() - since;
}

it.each([
  ['without a word to anybody', false],
  ['with news of it', true],
])('refuses a revoked key and closes its sockets on every gateway: %s', async (_how, isTold) => {
  const { id, key } = await aKey(here.db.database, tenant);
  const other = await aKey(here.db.database, tenant);
  const sockets = [await dial(here, key), await dial(there, key)];
  const stays = await dial(there, other.key);
  expect([await ping(here, key), await ping(there, key)]).toEqual([200, 200]);
  await here.db.database.inTenant(tenant, (scope) => scope.apiKeys.revoke(id));
  if (isTold) await here.application.get(IdentityNews).tell(tenant);
  const ends = await Promise.all(sockets.map(end));
  const refusals = await Promise.all([here, there].map((gateway) => refusedAfter(gateway, key)));
  for (const { ms, told } of ends) {
    expect(told).toBe('UNAUTHORIZED');
    expect(ms).toBeLessThan(isTold ? 1_500 : SOON_MS);
  }
  for (const ms of refusals) expect(ms).toBeLessThan(isTold ? 1_500 : SOON_MS);
  expect(stays.socket.connected).toBe(true);
});

it('closes the sockets of a suspended tenant, and lets it in again when it is resumed', async () => {
  const own = await aTenant(here.db.database);
  const { key } = await aKey(here.db.database, own);
  const sockets = [await dial(here, key), await dial(there, key)];
  const set = (status: 'suspended' | 'active') =>
    here.db.database.inTenant(own, (scope) => scope.tenant.update({ status }));
  await set('suspended');
  for (const { ms, told } of await Promise.all(sockets.map(end))) {
    expect([told, ms < SOON_MS]).toEqual(['TENANT_SUSPENDED', true]);
  }
  const reply = await there.call('GET', '/api/agents', undefined, { 'x-api-key': key });
  expect(reply).toMatchObject({ status: 403, body: { error: { code: 'TENANT_SUSPENDED' } } });
  await set('active');
  expect(await ping(here, key)).toBe(200);
});

it('closes sockets when their key or token expires', async () => {
  const { id, key } = await aKey(here.db.database, tenant);
  await here.db.asSuperuser(`update api_keys set expires_at = clock_timestamp() + interval '3 seconds' where id = $1`, [
    id,
  ]);
  const issuer = await TestIssuer.shared(here.db.database, tenant);
  // Clocks may be half a minute apart: a token that ended 28 seconds ago is good for two more.
  const token = await issuer.token('u1', { tenant, exp: Math.floor(Date.now() / 1_000) - 27 });
  const sockets = [await dial(here, key), await dial(there, token)];
  for (const { ms, told } of await Promise.all(sockets.map(end))) {
    expect([told, ms < 3_000 + SOON_MS]).toEqual(['UNAUTHORIZED', true]);
  }
  expect([await ping(here, key), await ping(there, token)]).toEqual([401, 401]);
});

it('closes the sockets of an issuer that is not agreed with any more', async () => {
  const issuer = await TestIssuer.shared(here.db.database, tenant);
  const socket = await dial(there, await issuer.token('u1', { tenant }));
  await here.db.database.inTenant(tenant, async (scope) => {
    for (const { id, issuer: name } of await scope.tokenIssuers.list()) {
      if (name === issuer.name) await scope.tokenIssuers.delete(id);
    }
  });
  expect((await end(socket)).ms).toBeLessThan(SOON_MS);
});

it('keeps sockets through a rotation, until the overlap is over', async () => {
  const { id, key } = await aKey(here.db.database, tenant);
  const next = newApiKey(tenant, id);
  const old = await dial(here, key);
  await here.db.database.inTenant(tenant, (scope) => scope.apiKeys.rotate(id, next.hash, 4_000));
  const fresh = await dial(there, next.text);
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(old.socket.connected).toBe(true);
  expect((await end(old)).ms).toBeLessThan(SOON_MS);
  expect(fresh.socket.connected).toBe(true);
  expect([await ping(here, key), await ping(here, next.text)]).toEqual([401, 200]);
});

it('gives a socket the scopes its key has now', async () => {
  const { id, key } = await aKey(here.db.database, tenant, ['messages:read', 'admin']);
  const socket = await dial(here, key);
  socket.socket.emit('subscribe_logs');
  await socket.next('log_subscription_confirmed');
  await here.db.asSuperuser(`update api_keys set scopes = '{messages:read}' where id = $1`, [id]);
  await here.application.get(IdentityNews).tell(tenant);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  socket.socket.emit('subscribe_logs');
  expect((await socket.next('messageError')).code).toBe('FORBIDDEN');
  expect(socket.socket.connected).toBe(true);
});

it('looks a key up once for many requests, and notes its use while nobody waits', async () => {
  const { id, key } = await aKey(here.db.database, tenant);
  const own = await TestGateway.start({}, here);
  const looks = jest.spyOn(own.application.get(Database), 'inTenant');
  for (let count = 0; count < 100; count++) expect(await ping(own, key)).toBe(200);
  expect(looks).toHaveBeenCalledTimes(1);
  const used = () =>
    here.db.asSuperuser<{ at: Date | null }>('select last_used_at as at from api_keys where id = $1', [id]);
  expect(await used()).toEqual([{ at: null }]);
  await own.close();
  const [{ at } = { at: null }] = await used();
  expect(Date.now() - at!.getTime()).toBeLessThan(10_000);
  await here.db.database.inTenant(tenant, (scope) => scope.apiKeys.noteUse([id]));
  expect(await used()).toEqual([{ at }]);
});
