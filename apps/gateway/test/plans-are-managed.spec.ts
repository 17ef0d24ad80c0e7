import { DEFAULT_LIMITS, DEFAULT_RETENTION, newId, type Uuid } from '@app/contracts';
import { aKey, aTenant, makeChannel } from '@app/testing';
import { TestGateway, type Reply } from './support.js';

const KEY = { 'x-operator-key': 'the-operators-key' };

let here: TestGateway;
let there: TestGateway;
beforeAll(async () => {
  const env = { OPERATOR_KEY: KEY['x-operator-key'], OPEN_ACCESS: 'nobody', RATE_LIMITS: 'on' };
  here = await TestGateway.start({ ...env, INSTANCE_NAME: 'here' });
  there = await TestGateway.start({ ...env, INSTANCE_NAME: 'there' }, here);
});
afterAll(async () => {
  await there.close();
  await here.close();
});

const call = (method: string, path: string, body?: unknown): Promise<Reply> =>
  here.call(method, `/api/admin${path}`, body, KEY);

it('makes plans, shows them, and puts others in their place', async () => {
  const terms = {
    limits: { requests: { user: { limit: 5, seconds: 60 } } },
    quotas: { messages: 10 },
    retention: { logs: 3 },
  };
  const made = await call('PUT', '/plans/small', terms);
  expect(made).toMatchObject({ status: 200, body: { data: { name: 'small', ...terms, tenants: 0 } } });
  const other = { quotas: { outputTokens: 1_000 } };
  await call('PUT', '/plans/small', other);
  expect((await call('GET', '/plans/small')).body.data).toMatchObject({ limits: {}, retention: {}, ...other });
  const { plans } = (await call('GET', '/plans')).body.data;
  expect(plans.map(({ name }: { name: string }) => name)).toEqual(['default', 'small']);
});

it.each([
  ['a name with capitals', '/plans/Small', {}],
  ['a quota below nothing', '/plans/wrong', { quotas: { messages: -1 } }],
  ['a rate without a time', '/plans/wrong', { limits: { requests: { user: { limit: 5 } } } }],
  ['an audit log that is soon gone', '/plans/wrong', { retention: { audit: 30 } }],
  ['limits that are none', '/plans/wrong', { limits: 5 }],
])('takes no plan with %s', async (_, path, body) => {
  expect(await call('PUT', path, body)).toMatchObject({ status: 400, body: { error: { code: 'VALIDATION_ERROR' } } });
  expect((await call('GET', '/plans/wrong')).body.error.code).toBe('PLAN_NOT_FOUND');
});

it('gives a tenant a plan, tells what it is then held to, and keeps a plan that somebody has', async () => {
  await call('PUT', '/plans/medium', {
    limits: { sockets: { user: 3 } },
    quotas: { toolCalls: 7 },
    retention: { messages: 20 },
  });
  const tenant = (await call('POST', '/tenants', { name: 'Acme', plan: 'medium', weight: 3 })).body.data;
  expect(tenant).toMatchObject({ plan: 'medium', weight: 3 });
  const held = (await call('GET', `/tenants/${tenant.id}/limits`)).body.data;
  expect(held).toEqual({
    plan: 'medium',
    limits: { ...DEFAULT_LIMITS, sockets: { ...DEFAULT_LIMITS.sockets, user: 3 } },
    quotas: { toolCalls: 7 },
    retention: { ...DEFAULT_RETENTION, messages: 20 },
  });
  const refused = await call('DELETE', '/plans/medium');
  expect(refused).toMatchObject({ status: 409, body: { error: { code: 'PLAN_IN_USE', details: { tenants: 1 } } } });
  expect((await call('PATCH', `/tenants/${tenant.id}`, { plan: 'default' })).body.data.plan).toBe('default');
  expect((await call('DELETE', '/plans/medium')).body.data).toEqual({ ended: true });
  expect((await call('DELETE', '/plans/medium')).body.error.code).toBe('PLAN_NOT_FOUND');
  expect((await call('DELETE', '/plans/default')).body.error.code).toBe('PLAN_IN_USE');
});

it('knows no plan that is none', async () => {
  const tenant = await aTenant(here.db.database);
  for (const reply of [
    await call('PATCH', `/tenants/${tenant}`, { plan: 'nowhere' }),
    await call('POST', '/tenants', { name: 'X', plan: 'nowhere' }),
    await call('GET', '/plans/nowhere'),
  ]) {
    expect(reply).toMatchObject({ status: 404, body: { error: { code: 'PLAN_NOT_FOUND' } } });
  }
});

/** How long another gateway still answers with the first of these statuses, in milliseconds. */
async function until(status: number, send: () => Promise<Reply>): Promise<number> {
  const since = performance.now();
  while ((await send()).status !== status && performance.now() - since < 8_000) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return performance.now() - since;
}

async function sender(tenant: Uuid): Promise<() => Promise<Reply>> {
  const { key } = await aKey(here.db.database, tenant);
  const channel = await makeChannel(here.db.database, tenant);
  const body = { author_id: newId(), content: 'Hello', source_type: 'test', message_server_id: newId() };
  return () => there.call('POST', `/api/messaging/channels/${channel}/messages`, body, { 'x-api-key': key });
}

it('holds every gateway to a plan that was changed, and to another one, at once', async () => {
  const tight = { limits: { messages: { tenant: { limit: 1, seconds: 3_600 } } } };
  await call('PUT', '/plans/changing', {});
  const tenant = (await call('POST', '/tenants', { name: 'Acme', plan: 'changing' })).body.data.id as Uuid;
  const send = await sender(tenant);
  expect((await send()).status).toBe(201);
  await call('PUT', '/plans/changing', tight);
  expect(await until(429, send)).toBeLessThan(1_500);
  await call('PATCH', `/tenants/${tenant}`, { plan: 'default' });
  expect(await until(201, send)).toBeLessThan(1_500);
});
