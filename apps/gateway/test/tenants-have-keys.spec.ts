import { DEFAULT_TENANT_ID, newId, type Uuid } from '@app/contracts';
import { newApiKey } from '@app/identity';
import { aKey, aTenant, until } from '@app/testing';
import { ElizaClient } from '@elizaos/api-client';
import { TestGateway } from './support.js';

let gateway: TestGateway;
let a: Uuid;
let b: Uuid;

beforeAll(async () => {
  gateway = await TestGateway.start({ ELIZA_SERVER_AUTH_TOKEN: 'rest-key', SERVER_API_KEY: 'socket-key' });
  a = await aTenant(gateway.db.database);
  b = await aTenant(gateway.db.database);
});
afterAll(() => gateway.close());

const inTenant = <T>(tenantId: Uuid, work: Parameters<typeof gateway.db.database.inTenant<T>>[1]): Promise<T> =>
  gateway.db.database.inTenant(tenantId, work);

/** What becomes of a call with these headers. */
async function statusWith(headers: Record<string, string>): Promise<number> {
  return (await gateway.call('GET', '/api/agents', undefined, headers)).status;
}

it('lets the client of ElizaOS in by a tenant’s key, into that tenant alone', async () => {
  const ofA = ElizaClient.create({ baseUrl: gateway.url, apiKey: (await aKey(gateway.db.database, a)).key });
  const ofB = ElizaClient.create({ baseUrl: gateway.url, apiKey: (await aKey(gateway.db.database, b)).key });
  await ofA.agents.createAgent({ agent: { name: 'Only in A' } });
  expect((await ofA.agents.listAgents()).agents).toMatchObject([{ name: 'Only in A' }]);
  expect((await ofB.agents.listAgents()).agents).toEqual([]);
});

it('takes a key wherever a client can carry one', async () => {
  const { key } = await aKey(gateway.db.database, a);
  for (const [name, value] of [
    ['x-api-key', key],
    ['authorization', `Bearer ${key}`],
    ['authorization', `bearer  ${key}`],
  ] as const) {
    expect(await statusWith({ [name]: value })).toBe(200);
  }
  for (const [auth, extraHeaders] of [
    [{ apiKey: key }, {}],
    [{ token: key }, {}],
    [{ apiKey: key, token: key }, {}],
    [{}, { 'x-api-key': key }],
    [{}, { authorization: `Bearer ${key}` }],
  ]) {
    const socket = gateway.dial({ entityId: newId(), ...auth }, { extraHeaders });
    await socket.next('connection_established');
  }
});

it('refuses a caller with two different credentials, and overlooks other schemes', async () => {
  const { key } = await aKey(gateway.db.database, a);
  expect(await statusWith({ 'x-api-key': key, authorization: `Bearer rest-key` })).toBe(401);
  expect(await statusWith({ 'x-api-key': key, authorization: `Bearer ${key}` })).toBe(200);
  expect(await statusWith({ 'x-api-key': key, authorization: 'Basic dXNlcjpwYXNz' })).toBe(200);
});

it('refuses every key that is not one, all in the same words', async () => {
  const { id, key } = await aKey(gateway.db.database, a);
  const [prefix, name, secret] = [key.slice(0, 3), key.slice(4, 47), key.slice(48)];
  const { key: other } = await aKey(gateway.db.database, b);
  const bodies = new Set<string>();
  for (const wrong of [
    newApiKey(a, id).text,
    newApiKey(a, newId()).text,
    newApiKey(newId(), newId()).text,
    newApiKey(DEFAULT_TENANT_ID, id).text,
    `${prefix}_${other.slice(4, 47)}_${secret}`,
    `${prefix}_${name}_${other.slice(48)}`,
    `${prefix}_${name}`,
    `${prefix}_${name}_`,
    `${key}x`,
    'efk_',
  ]) {
    const reply = await gateway.call('GET', '/api/agents', undefined, { 'x-api-key': wrong });
    expect([wrong, reply.status, reply.body.error.code]).toEqual([wrong, 401, 'UNAUTHORIZED']);
    bodies.add(reply.body.error.message as string);
  }
  expect(bodies.size).toBe(1);
});

it('keeps nothing of a key’s secret but its hash, and says it nowhere', async () => {
  const { id, key } = await aKey(gateway.db.database, a);
  expect(await statusWith({ 'x-api-key': key })).toBe(200);
  const [row] = await gateway.db.asSuperuser<{ text: string }>(
    `select to_jsonb(k)::text as text from api_keys k where id = $1`,
    [id],
  );
  expect(row!.text).not.toContain(key.slice(48));
  expect(row!.text).not.toContain(Buffer.from(key.slice(48), 'base64url').toString('hex'));
  for (const text of [...gateway.logs, ...gateway.answers]) expect(text).not.toContain(key.slice(48));
});

it('ends with its time, and with its revocation', async () => {
  const { id, key } = await aKey(gateway.db.database, a);
  const revoked = await aKey(gateway.db.database, a);
  await gateway.db.asSuperuser(`update api_keys set expires_at = clock_timestamp() where id = $1`, [id]);
  await inTenant(a, (scope) => scope.apiKeys.revoke(revoked.id));
  expect(await statusWith({ 'x-api-key': key })).toBe(401);
  expect(await statusWith({ 'x-api-key': revoked.key })).toBe(401);
  const socket = gateway.dial({ entityId: newId(), apiKey: revoked.key });
  expect(await socket.next('connect_error')).toBe('The key is not valid');
});

/** Nobody told the gateway: it finds out by itself, within seconds. */
async function ended(key: string): Promise<void> {
  await until('the key is good no more', async () => (await statusWith({ 'x-api-key': key })) === 401);
}

it('rotates with an overlap: the old secret is good a while, the one before it no more', async () => {
  const { id, key: first } = await aKey(gateway.db.database, a);
  const second = newApiKey(a, id);
  const third = newApiKey(a, id);
  await inTenant(a, (scope) => scope.apiKeys.rotate(id, second.hash, 60_000));
  expect([await statusWith({ 'x-api-key': first }), await statusWith({ 'x-api-key': second.text })]).toEqual([
    200, 200,
  ]);
  await inTenant(a, (scope) => scope.apiKeys.rotate(id, third.hash, 60_000));
  await ended(first);
  expect([await statusWith({ 'x-api-key': second.text }), await statusWith({ 'x-api-key': third.text })]).toEqual([
    200, 200,
  ]);
  await gateway.db.asSuperuser(`update api_keys set previous_until = clock_timestamp() where id = $1`, [id]);
  await ended(second.text);
  expect(await statusWith({ 'x-api-key': third.text })).toBe(200);
});

it('opens only what the key’s scopes are good for', async () => {
  const { key: narrow } = await aKey(gateway.db.database, a, ['messages:read', 'messages:write']);
  const { key: admin } = await aKey(gateway.db.database, a, ['admin']);
  const settings = (key: string) => gateway.call('GET', '/api/system/env/local', undefined, { 'x-api-key': key });
  expect(await settings(narrow)).toMatchObject({ status: 403, body: { error: { code: 'FORBIDDEN' } } });
  expect((await settings(admin)).status).toBe(200);
});

it('leaves the keys of ElizaOS to the default tenant', async () => {
  expect(await statusWith({ 'x-api-key': 'rest-key' })).toBe(200);
  expect(await statusWith({ authorization: 'Bearer rest-key' })).toBe(200);
  expect(await statusWith({ 'x-api-key': 'socket-key' })).toBe(401);
});

it('refuses a suspended tenant everywhere', async () => {
  const suspended = await aTenant(gateway.db.database);
  const { key } = await aKey(gateway.db.database, suspended);
  await inTenant(suspended, (scope) => scope.tenant.update({ status: 'suspended' }));
  const reply = await gateway.call('GET', '/api/agents', undefined, { 'x-api-key': key });
  expect([reply.status, reply.body.error.code]).toEqual([403, 'TENANT_SUSPENDED']);
  const socket = gateway.dial({ entityId: newId(), apiKey: key });
  expect(await socket.next('connect_error')).toBe('This tenant is suspended');
});
