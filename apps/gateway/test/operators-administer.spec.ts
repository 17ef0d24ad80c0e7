import { newId, type Uuid } from '@app/contracts';
import { aKey, aTenant, TestIssuer } from '@app/testing';
import { TestGateway, type Reply } from './support.js';

const ALICE = 'alice-key-0123456789';
const ALICE_NEXT = 'alice-key-next-0123456789';

let gateway: TestGateway;
beforeAll(async () => {
  const OPERATOR_KEYS = `alice=${ALICE}, alice=${ALICE_NEXT}`;
  gateway = await TestGateway.start({ OPERATOR_KEY: 'only-key', OPERATOR_KEYS, OPEN_ACCESS: 'nobody' });
});
afterAll(() => gateway.close());

const call = (method: string, path: string, body?: unknown, key = ALICE): Promise<Reply> =>
  gateway.call(method, `/api/admin/tenants${path}`, body, { authorization: `Bearer ${key}` });

async function made(body: object = { name: 'Acme' }): Promise<Uuid> {
  return (await call('POST', '', body)).body.data.id as Uuid;
}

const ping = async (headers: Record<string, string>): Promise<number> =>
  (await gateway.call('GET', '/api/server/ping', undefined, headers)).status;

it('is for operators alone, whichever key they have', async () => {
  for (const key of ['only-key', ALICE, ALICE_NEXT]) expect((await call('GET', '', undefined, key)).status).toBe(200);
  const header = await gateway.call('GET', '/api/admin/tenants', undefined, { 'x-operator-key': 'only-key' });
  expect(header.status).toBe(200);
  const tenant = await aTenant(gateway.db.database);
  const { key } = await aKey(gateway.db.database, tenant, ['*']);
  const token = await (await TestIssuer.shared(gateway.db.database, tenant)).token('u1', { tenant, scope: '*' });
  for (const wrong of [key, token, 'wrong', 'alice']) {
    const reply = await call('GET', '', undefined, wrong);
    expect(reply).toMatchObject({ status: 401, body: { error: { code: 'UNAUTHORIZED' } } });
  }
  expect((await gateway.call('GET', '/api/admin/tenants')).status).toBe(401);
  expect(await ping({ 'x-api-key': ALICE })).toBe(401);
});

it('makes, shows, lists and changes tenants', async () => {
  const slug = `s${newId().slice(-12)}`;
  const created = await call('POST', '', { name: 'Acme', slug });
  expect(created).toMatchObject({ status: 201, body: { data: { name: 'Acme', slug, status: 'active', hosts: [] } } });
  const { id } = created.body.data;
  const hosts = [`${slug}.example`, `www.${slug}.example`];
  expect((await call('PATCH', `/${id}`, { name: 'Acme Ltd', hosts })).body.data).toMatchObject({
    name: 'Acme Ltd',
    hosts,
  });
  expect((await call('PATCH', `/${id}`, { hosts: [], slug: '' })).body.data).toMatchObject({ hosts: [], slug: null });
  const { tenants, next } = (await call('GET', '?limit=1')).body.data;
  expect(tenants).toHaveLength(1);
  const rest = (await call('GET', `?after=${next}&limit=500`)).body.data.tenants as { id: Uuid }[];
  expect(rest.map((tenant) => tenant.id)).toContain(id);
});

it('gives a slug and a host name to one tenant alone', async () => {
  const [first, second] = [await made(), await made()];
  const name = `n${newId().slice(-12)}`;
  expect((await call('PATCH', `/${first}`, { slug: name, hosts: [`${name}.example`] })).status).toBe(200);
  for (const change of [{ slug: name }, { hosts: [`${name}.example`] }]) {
    expect(await call('PATCH', `/${second}`, change)).toMatchObject({
      status: 409,
      body: { error: { code: 'CONFLICT' } },
    });
  }
});

it('shows a key’s text once, and lets it be rotated and revoked', async () => {
  const tenant = await made();
  const { id, key } = (await call('POST', `/${tenant}/keys`, { name: 'CI', scopes: ['agents:read'] })).body.data;
  expect(await ping({ 'x-api-key': key })).toBe(200);
  const rotated = (await call('POST', `/${tenant}/keys/${id}/rotate`, { overlapMs: 60_000 })).body.data;
  expect([await ping({ 'x-api-key': key }), await ping({ 'x-api-key': rotated.key })]).toEqual([200, 200]);
  const listed = await call('GET', `/${tenant}/keys`);
  expect(listed.body.data.keys).toMatchObject([{ id, name: 'CI', scopes: ['agents:read'], revokedAt: null }]);
  expect(listed.text).not.toMatch(/efk_|hash/i);
  expect((await call('DELETE', `/${tenant}/keys/${id}`)).body.data).toEqual({ ended: true });
  const until = Date.now() + 5_000;
  while ((await ping({ 'x-api-key': rotated.key })) === 200 && Date.now() < until)
    await new Promise((r) => setTimeout(r, 50));
  expect([await ping({ 'x-api-key': key }), await ping({ 'x-api-key': rotated.key })]).toEqual([401, 401]);
  expect((await call('POST', `/${tenant}/keys/${id}/rotate`, {})).status).toBe(404);
});

it('suspends and resumes a tenant, and closes its sockets', async () => {
  const tenant = await made();
  const { key } = (await call('POST', `/${tenant}/keys`, { name: 'K', scopes: ['*'] })).body.data;
  const socket = gateway.dial({ entityId: newId(), apiKey: key });
  await socket.next('connection_established');
  await call('PATCH', `/${tenant}`, { status: 'suspended' });
  await socket.next('disconnect');
  expect(socket.all('unauthorized')).toMatchObject([{ code: 'TENANT_SUSPENDED' }]);
  expect(await ping({ 'x-api-key': key })).toBe(403);
  await call('PATCH', `/${tenant}`, { status: 'active' });
  expect(await ping({ 'x-api-key': key })).toBe(200);
});

it('agrees with issuers, and keeps their secrets sealed', async () => {
  const tenant = await made();
  const secret = `canary-${newId()}${newId()}`;
  const issuer = { issuer: 'https://issuer.example', audience: 'chat', secret };
  const { id } = (await call('PUT', `/${tenant}/token-issuers`, issuer)).body.data;
  expect((await call('PUT', `/${tenant}/token-issuers`, { ...issuer, audience: 'other' })).body.data).toEqual({ id });
  const listed = await call('GET', `/${tenant}/token-issuers`);
  expect(listed.body.data.issuers).toMatchObject([{ id, audience: 'other', algorithms: ['HS256'], jwksUrl: null }]);
  for (const text of [...gateway.answers, ...gateway.logs]) expect(text).not.toContain(secret);
  for (const wrong of [
    { ...issuer, secret: 'short' },
    { ...issuer, algorithms: ['RS256'] },
    { ...issuer, algorithms: ['none'] },
    { ...issuer, jwksUrl: 'https://issuer.example/keys' },
    { ...issuer, secret: undefined },
    { ...issuer, secret: undefined, jwksUrl: 'https://issuer.example/keys', algorithms: ['HS256'] },
  ]) {
    expect((await call('PUT', `/${tenant}/token-issuers`, wrong)).status).toBe(400);
  }
  expect((await call('DELETE', `/${tenant}/token-issuers/${id}`)).body.data).toEqual({ ended: true });
  expect((await call('DELETE', `/${tenant}/token-issuers/${id}`)).status).toBe(404);
});

it('knows no tenant that is none, and writes into each one’s log who did what', async () => {
  for (const [method, rest] of [
    ['GET', ''],
    ['PATCH', ''],
    ['GET', '/keys'],
    ['GET', '/token-issuers'],
  ] as const) {
    const reply = await call(method, `/${newId()}${rest}`, method === 'PATCH' ? { name: 'X' } : undefined);
    expect(reply).toMatchObject({ status: 404, body: { error: { code: 'TENANT_NOT_FOUND' } } });
  }
  const tenant = await made();
  await call('PATCH', `/${tenant}`, { name: 'Other' });
  const acts = await gateway.db.asSuperuser<{ actor: string; action: string }>(
    'select actor, action from audit_log where tenant_id = $1 order by at',
    [tenant],
  );
  expect(acts.map(({ actor, action }) => `${actor} ${action}`)).toEqual([
    'operator:alice tenant.create',
    'operator:alice tenant.update',
  ]);
});
