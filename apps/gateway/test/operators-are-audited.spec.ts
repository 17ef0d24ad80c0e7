import { newId, type Uuid } from '@app/contracts';
import { aKey, aTenant, until } from '@app/testing';
import { Refusals } from '../src/audit/refusals.js';
import { TestGateway, type Reply } from './support.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await TestGateway.start({
    ...{ OPERATOR_KEYS: 'alice=alice-key-0123456789', OPEN_ACCESS: 'nobody', TRUST_PROXY: 'loopback' },
  });
});
afterAll(() => gateway.close());

const call = (method: string, path: string, body?: unknown, key = 'alice-key-0123456789'): Promise<Reply> =>
  gateway.call(method, `/api/admin${path}`, body, { 'x-operator-key': key, 'x-forwarded-for': '203.0.113.7' });

const logOf = (tenant: Uuid): Promise<Record<string, unknown>[]> =>
  gateway.db.asSuperuser(
    'select actor, address, action, object_id, outcome, request_id from audit_log where tenant_id = $1 order by at',
    [tenant],
  );

const ownLog = (): Promise<Record<string, unknown>[]> =>
  gateway.db.asSuperuser(
    `select actor_kind, actor, address, action, object_type, object_id, outcome from operator_log order by entry`,
  );

it('writes into a tenant’s log what operators did to it, from where, and what came of it', async () => {
  const tenant = (await call('POST', '/tenants', { name: 'Acme' })).body.data.id as Uuid;
  const { id: key } = (await call('POST', `/tenants/${tenant}/keys`, { name: 'CI', scopes: ['*'] })).body.data;
  await call('PATCH', `/tenants/${tenant}`, { status: 'suspended' });
  await call('PATCH', `/tenants/${tenant}`, { plan: 'nowhere' });
  await call('DELETE', `/tenants/${tenant}/keys/${newId()}`);
  await call('DELETE', `/tenants/${tenant}/keys/${key}`);
  const acts = await logOf(tenant);
  expect(acts.map(({ action, outcome }) => `${String(action)} ${String(outcome)}`)).toEqual([
    'tenant.create done',
    'key.create done',
    'tenant.suspend done',
    'tenant.plan PLAN_NOT_FOUND',
    'key.revoke API_KEY_NOT_FOUND',
    'key.revoke done',
  ]);
  for (const act of acts) {
    expect(act).toMatchObject({ actor: 'operator:alice', address: '203.0.113.7', request_id: expect.any(String) });
  }
  expect(acts[1]).toMatchObject({ object_id: key });
});

it('writes into a log of operators what is about no tenant that is there', async () => {
  const nowhere = newId();
  await call('PUT', '/plans/audited', {});
  await call('PATCH', `/tenants/${nowhere}`, { name: 'X' });
  const who = { actor_kind: 'operator', actor: 'operator:alice', address: '203.0.113.7' };
  expect(await ownLog()).toEqual([
    { ...who, action: 'plan.put', object_type: 'plan', object_id: 'audited', outcome: 'done' },
    { ...who, action: 'tenant.update', object_type: 'tenant', object_id: nowhere, outcome: 'TENANT_NOT_FOUND' },
  ]);
});

it('writes down who was refused for want of an operator’s key, and not the key', async () => {
  const tenant = await aTenant(gateway.db.database);
  const { key } = await aKey(gateway.db.database, tenant);
  const before = (await ownLog()).length;
  await call('DELETE', '/plans/default', undefined, 'a-wrong-key-0123456789');
  await call('PATCH', `/tenants/${tenant}`, { name: 'Taken' }, key);
  // Whoever is refused does not wait for the log.
  const told = await until('both stand there', async () => {
    const found = (await ownLog()).slice(before);
    return found.length === 2 && found;
  });
  const who = { actor_kind: 'stranger', actor: 'unknown', address: '203.0.113.7', outcome: 'UNAUTHORIZED' };
  expect(told).toEqual([
    { ...who, action: 'access.refused', object_type: 'route', object_id: 'DELETE /api/admin/plans/default' },
    { ...who, action: 'access.refused', object_type: 'route', object_id: `PATCH /api/admin/tenants/${tenant}` },
  ]);
  expect(JSON.stringify(told)).not.toMatch(/a-wrong-key|efk_/);
  expect(await logOf(tenant)).toEqual([]);
});

it('writes of very many refusals the first of each minute, and counts the others', () => {
  const refusals = new Refusals();
  const asked = Array.from({ length: 100 }, () => refusals.next(1_000));
  expect(asked.filter(({ isNoted }) => isNoted)).toHaveLength(60);
  expect(refusals.next(61_000)).toEqual({ isNoted: true, left: 40 });
  expect(refusals.next(61_001)).toEqual({ isNoted: true, left: 0 });
});

it('is added to and read outside of tenants, and changed by nobody', async () => {
  const { database } = gateway.db;
  const inside = database.oneInTenant({ name: newId(), text: 'select * from operator_log', values: [newId()] });
  await expect(inside).rejects.toThrow(/permission denied/);
  for (const change of ['update operator_log set outcome = 1', 'delete from operator_log', 'truncate operator_log']) {
    await expect(database.acrossTenants(change)).rejects.toThrow(/permission denied/);
  }
});
