import { DEFAULT_TENANT_ID, newId, type Uuid } from '@app/contracts';
import { RepeatedRequests } from '@app/persistence';
import { aKey, aTenant, makeChannel } from '@app/testing';
import { TestGateway, type Reply } from './support.js';

let gateway: TestGateway;
let second: TestGateway;
let key: string;
let tenant: Uuid;
beforeAll(async () => {
  gateway = await TestGateway.start();
  second = await TestGateway.start({}, gateway);
  tenant = await aTenant(gateway.db.database);
  key = (await aKey(gateway.db.database, tenant)).key;
});
afterAll(async () => {
  await second.close();
  await gateway.close();
});

const create = (name: string, idempotencyKey: string, { by = key, at = gateway } = {}): Promise<Reply> =>
  at.call('POST', '/api/agents', { agent: { name } }, { 'x-api-key': by, 'idempotency-key': idempotencyKey });

const count = async (table: string, of = tenant): Promise<number> => {
  const [row] = await gateway.db.asSuperuser<{ n: number }>(
    `select count(*)::int as n from ${table} where tenant_id = $1`,
    [of],
  );
  return row!.n;
};

it('answers what was sent again as it was answered, on whichever gateway, and does nothing', async () => {
  const id = newId();
  const first = await create('Ada', id);
  expect([first.status, first.headers.get('idempotency-replayed')]).toEqual([201, null]);
  const before = await count('agents');
  for (const at of [gateway, second]) {
    const again = await create('Ada', id, { at });
    expect([again.status, again.text]).toEqual([first.status, first.text]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.headers.get('content-type')).toContain('application/json');
  }
  expect(await count('agents')).toBe(before);
  expect(await count('audit_log')).toBeLessThanOrEqual(before);
});

it('refuses the key for another request, and takes it at another path', async () => {
  const id = newId();
  const made = await create('Bob', id);
  const other = await create('Eve', id);
  expect([other.status, other.body.error.code]).toEqual([409, 'IDEMPOTENCY_CONFLICT']);
  const agent = made.body.data.id as Uuid;
  const start = await gateway.call(
    'POST',
    `/api/agents/${agent}/start`,
    {},
    { 'x-api-key': key, 'idempotency-key': id },
  );
  expect([start.status, start.headers.get('idempotency-replayed')]).toEqual([200, null]);
});

it('takes another tenant’s key for a fresh request, and another principal’s too', async () => {
  const id = newId();
  const mine = await create('Cid', id);
  const stranger = await aTenant(gateway.db.database);
  const foreign = await create('Cid', id, { by: (await aKey(gateway.db.database, stranger)).key });
  expect([foreign.status, foreign.headers.get('idempotency-replayed')]).toEqual([201, null]);
  expect(await count('agents', stranger)).toBe(1);
  const beside = await create('Dan', id, { by: (await aKey(gateway.db.database, tenant)).key });
  expect([beside.status, beside.headers.get('idempotency-replayed')]).toEqual([201, null]);
  expect((await create('Cid', id)).text).toBe(mine.text);
});

it('does it once when a hundred ask at once, on two gateways, and tells the others to wait', async () => {
  const id = newId();
  const before = await count('agents');
  const tries = Array.from({ length: 100 }, (_, i) => create('Fay', id, { at: i % 2 ? gateway : second }));
  const replies = await Promise.all(tries);
  expect(await count('agents')).toBe(before + 1);
  const texts = new Set(replies.filter(({ status }) => status === 201).map(({ text }) => text));
  expect(texts.size).toBe(1);
  for (const { status, body, headers } of replies.filter((reply) => reply.status !== 201)) {
    expect([status, body.error.code, headers.get('retry-after')]).toEqual([409, 'IDEMPOTENCY_IN_PROGRESS', '1']);
  }
  expect((await create('Fay', id)).text).toBe([...texts][0]);
});

it('tells a refusal again, but not one of the moment', async () => {
  const id = newId();
  const body = { agentIds: [] };
  const ask = () => gateway.call('POST', '/api/agents/no-id/start', body, { 'x-api-key': key, 'idempotency-key': id });
  const refused = await ask();
  expect(refused.status).toBe(400);
  const again = await ask();
  expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([400, 'true']);
  const narrow = (await aKey(gateway.db.database, tenant, ['agents:read'])).key;
  for (let i = 0; i < 2; i++) {
    const { status, headers } = await create('Gus', id, { by: narrow });
    expect([status, headers.get('idempotency-replayed')]).toEqual([403, null]);
  }
});

it('goes on with a message whose gateway died before it could remember the answer', async () => {
  const channel = await makeChannel(gateway.db.database, tenant);
  const id = newId();
  const say = () =>
    gateway.call(
      'POST',
      `/api/messaging/channels/${channel}/messages`,
      { author_id: DEFAULT_TENANT_ID, content: 'Once', message_server_id: DEFAULT_TENANT_ID, source_type: 'test' },
      { 'x-api-key': key, 'idempotency-key': id },
    );
  const first = await say();
  expect(first.status).toBe(201);
  // As a gateway leaves it that dies between the message and its answer, a minute later.
  await gateway.db.asSuperuser(
    `update idempotency_keys set status = null, body = null, claimed_until = now() where tenant_id = $1`,
    [tenant],
  );
  const again = await say();
  expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, null]);
  expect(again.body.data.id).toBe(first.body.data.id);
  expect(await count('messages')).toBe(1);
});

it('lets nobody have what somebody still holds, and forgets what is past its time', async () => {
  const requests = new RepeatedRequests(gateway.db.database);
  const request = { tenantId: tenant, id: newId(), hash: 'h', claim: newId() };
  const times = { holdMs: 60_000, keepMs: 3_600_000 };
  expect(await requests.claim(request, times)).toMatchObject({ outcome: 'claimed' });
  const late = { ...request, claim: newId() };
  expect(await requests.claim(late, times)).toMatchObject({ outcome: 'under_way' });
  await requests.settle(late, { status: 200, body: 'not his to tell' });
  await requests.release(late);
  expect(await requests.claim(late, times)).toMatchObject({ outcome: 'under_way' });
  await requests.settle(request, { status: 200, body: '{}' });
  expect(await requests.claim(late, times)).toMatchObject({ outcome: 'done', status: 200, body: '{}' });
  expect(await requests.claim({ ...late, tenantId: await gateway.db.tenant() }, times)).toMatchObject({
    outcome: 'claimed',
  });
  await gateway.db.asSuperuser('update idempotency_keys set expires_at = now() where id = $1', [request.id]);
  expect(await requests.purge()).toBe(2);
  expect(await requests.purge()).toBe(0);
});

it('keeps nothing of what cannot be told again, and refuses keys that are none', async () => {
  const before = await count('idempotency_keys');
  const plain = await gateway.call('POST', '/api/agents', { agent: { name: 'Hal' } }, { 'x-api-key': key });
  expect(plain.status).toBe(201);
  const read = { 'x-api-key': key, 'idempotency-key': newId() };
  expect((await gateway.call('GET', '/api/agents', undefined, read)).status).toBe(200);
  expect(await count('idempotency_keys')).toBe(before);
  const odd = await create('Ian', 'x'.repeat(256));
  expect([odd.status, odd.body.error.code]).toEqual([400, 'VALIDATION_ERROR']);
});
