import { newId, type Uuid } from '@app/contracts';
import { aKey, makeAgent, makeChannel } from '@app/testing';
import { TestGateway, type Reply } from './support.js';

const KEY = { 'x-operator-key': 'the-operators-key' };
const month = new Date().toISOString().slice(0, 7);

let gateway: TestGateway;
let first: Uuid;
let second: Uuid;

beforeAll(async () => {
  gateway = await TestGateway.start({ OPERATOR_KEY: KEY['x-operator-key'], OPEN_ACCESS: 'nobody' });
  await call('PUT', '/plans/busy', { quotas: { messages: 100 } });
  first = (await call('POST', '/tenants', { name: '=Acme', slug: 'acme', plan: 'busy' })).body.data.id as Uuid;
  second = (await call('POST', '/tenants', { name: 'Bell' })).body.data.id as Uuid;
  await say(first, 3);
  await say(second, 1);
});
afterAll(() => gateway.close());

const call = (method: string, path: string, body?: unknown): Promise<Reply> =>
  gateway.call(method, `/api/admin${path}`, body, KEY);

async function say(tenant: Uuid, times: number): Promise<void> {
  const { key } = await aKey(gateway.db.database, tenant);
  const channel = await makeChannel(gateway.db.database, tenant);
  for (let time = 0; time < times; time++) {
    const path = `/api/messaging/channels/${channel}/messages`;
    await gateway.call('POST', path, { author_id: newId(), content: 'Hello' }, { 'x-api-key': key });
  }
}

describe('usage', () => {
  it('of a tenant is told with its plan, by month', async () => {
    const { body } = await call('GET', `/tenants/${first}/usage`);
    const months = [{ month, kind: 'messages', quantity: 3 }];
    expect(body.data).toEqual({ plan: 'busy', limits: {}, quotas: { messages: 100 }, storedBytes: 0, months });
    const csv = await call('GET', `/tenants/${first}/usage?format=csv`);
    expect(csv.text).toBe(`month,kind,quantity\r\n${month},messages,3\r\n`);
    expect((await call('GET', `/tenants/${first}/usage?since=2020-01&until=2020-02`)).body.data.months).toEqual([]);
    expect((await call('GET', `/tenants/${newId()}/usage`)).body.error.code).toBe('TENANT_NOT_FOUND');
  });

  it('of all tenants is told page by page', async () => {
    const told: { tenantId: Uuid }[] = [];
    let after = '';
    for (let pages = 0; ; pages++) {
      const { tenants, next } = (await call('GET', `/usage?limit=1${after}`)).body.data;
      told.push(...tenants);
      if (!next) break;
      after = `&after=${next}`;
      expect(pages).toBeLessThan(10);
    }
    const about = (tenantId: Uuid, quantity: number) => ({
      ...{ tenantId, months: [{ month, kind: 'messages', quantity }] },
    });
    expect(told).toEqual(
      expect.arrayContaining([
        { ...about(first, 3), name: '=Acme', slug: 'acme', plan: 'busy' },
        { ...about(second, 1), name: 'Bell', slug: null, plan: 'default' },
      ]),
    );
    expect(new Set(told.map(({ tenantId }) => tenantId)).size).toBe(told.length);
  });

  it('is had as CSV, and no name in it is run by a spreadsheet', async () => {
    const { text, headers } = await call('GET', '/usage?format=csv');
    expect(headers.get('content-type')).toContain('text/csv');
    const [head, ...lines] = text.split('\r\n');
    expect(head).toBe('tenantId,slug,name,plan,month,kind,quantity');
    expect(lines).toContain(`${first},acme,'=Acme,busy,${month},messages,3`);
    const paged = await call('GET', '/usage?format=csv&limit=1');
    expect(paged.headers.get('x-next-cursor')).toBeTruthy();
  });
});

describe('the logs', () => {
  interface Entry {
    tenantId: Uuid | null;
    action: string;
  }

  async function entries(query = ''): Promise<Entry[]> {
    return (await call('GET', `/audit${query}`)).body.data.entries;
  }

  it('of all tenants and of the operators are told as one, newest first', async () => {
    await call('PATCH', `/tenants/${second}`, { status: 'suspended' });
    await call('PUT', '/plans/later', {});
    await call('PATCH', `/tenants/${first}`, { weight: 2 });
    const newest = (await entries('?limit=3')).map(({ tenantId, action }) => [tenantId, action]);
    expect(newest).toEqual([
      [first, 'tenant.update'],
      [null, 'plan.put'],
      [second, 'tenant.suspend'],
    ]);
  });

  it('are paged without a gap or a repeat', async () => {
    const all = await entries('?limit=1000');
    const paged: Entry[] = [];
    let cursor = '';
    for (;;) {
      const { body } = await call('GET', `/audit?limit=2${cursor}`);
      paged.push(...body.data.entries);
      if (!body.data.next) break;
      cursor = `&cursor=${body.data.next}`;
    }
    expect(all.length).toBeGreaterThan(4);
    expect(paged).toEqual(all);
  });

  it('are narrowed to a tenant, an action, an actor, an object and a time', async () => {
    const tenants = (rows: Entry[]): unknown[] => [...new Set(rows.map(({ tenantId }) => tenantId))];
    expect(tenants(await entries(`?tenantId=${first}`))).toEqual([first]);
    expect((await entries('?action=tenant.create')).map(({ tenantId }) => tenantId)).toEqual([second, first]);
    expect(await entries('?actor=operator:operator&action=plan.put')).toHaveLength(2);
    expect(await entries('?actor=nobody')).toEqual([]);
    expect(await entries(`?objectId=busy`)).toMatchObject([{ tenantId: null, action: 'plan.put' }]);
    expect(await entries('?until=2020-01-01T00:00:00Z')).toEqual([]);
  });

  it('are had as CSV', async () => {
    const { text, headers } = await call('GET', '/audit?format=csv&limit=1');
    expect(headers.get('x-next-cursor')).toBeTruthy();
    expect(text.split('\r\n')[0]).toBe(
      'tenantId,at,actorKind,actor,address,action,objectType,objectId,outcome,requestId',
    );
  });

  it('tell of a tenant what its own people did', async () => {
    const { key } = await aKey(gateway.db.database, first);
    await makeAgent(gateway.db.database, first, 'Ada');
    await gateway.call('POST', '/api/agents', { characterJson: { name: 'Eve' } }, { 'x-api-key': key });
    const [newest] = await entries(`?tenantId=${first}&limit=1`);
    expect(newest).toMatchObject({ tenantId: first, action: 'agent.create', actorKind: 'key' });
  });
});
