import { newId, type Uuid } from '@app/contracts';
import { MessagePath } from '@app/persistence';
import { aKey, aTenant, makeAgent, makeChannel, someMessage } from '@app/testing';
import { TestGateway, type Reply } from './support.js';

const BEN = newId();

let gateway: TestGateway;
let tenant: Uuid;
let agent: Uuid;
let admin: string;
let reader: string;
beforeAll(async () => {
  gateway = await TestGateway.start({ OPEN_ACCESS: 'nobody' });
  const { database } = gateway.db;
  tenant = await aTenant(database);
  ({ key: admin } = await aKey(database, tenant, ['admin']));
  ({ key: reader } = await aKey(database, tenant, ['messages:read', 'agents:read']));
  agent = await makeAgent(database, tenant, 'Ada');
  const channel = await makeChannel(database, tenant, { participants: [BEN, agent] });
  const path = new MessagePath(database, 10);
  // More than one page of them.
  for (let n = 0; n < 3; n++) await path.accept(tenant, someMessage(channel, { authorId: BEN, content: `Word ${n}` }));
  await path.accept(tenant, someMessage(channel, { authorId: newId(), content: 'Of somebody else' }));
  await gateway.db.asSuperuser(
    `insert into messages (tenant_id, id, channel_id, seq, author_id, content, created_at, updated_at)
     select $1, gen_random_uuid(), $2, n, $3, 'Old ' || n, '2020-01-01'::timestamptz + n * interval '1 second', now()
       from generate_series(1, 600) n`,
    [tenant, channel, BEN],
  );
});
afterAll(() => gateway.close());

const call = (method: string, path: string, key = admin): Promise<Reply> =>
  gateway.call(method, `/api/users${path}`, method === 'POST' ? {} : undefined, { 'x-api-key': key });

it('tells all there is of an end user, and nothing of others', async () => {
  const { status, body, text } = await call('POST', `/${BEN}/export`);
  expect({ status, entityId: body.entityId }).toEqual({ status: 200, entityId: BEN });
  const texts = (body.messages as { content: string }[]).map(({ content }) => content);
  expect(texts).toHaveLength(603);
  expect(texts).toEqual(expect.arrayContaining(['Word 0', 'Word 2', 'Old 1', 'Old 600']));
  expect(text).not.toContain('Of somebody else');
  expect(body).toMatchObject({
    channels: [{ name: 'Channel' }],
    sessions: [],
    jobs: [],
    memories: [],
    logs: [],
    files: [],
  });
  expect((await call('POST', `/${newId()}/export`)).body).toMatchObject({ channels: [], messages: [] });
});

it('asks a worker for the erasure of an end user, once, and tells how far it is', async () => {
  const asked = await call('DELETE', `/${BEN}`);
  expect(asked).toMatchObject({ status: 202, body: { data: { entityId: BEN, state: 'waiting', erased: {} } } });
  const { id } = asked.body.data;
  expect(asked.headers.get('location')).toBe(`/api/users/erasures/${id}`);
  expect((await call('DELETE', `/${BEN}`)).body.data.id).toBe(id);
  expect((await call('GET', `/erasures/${id}`)).body.data).toEqual(asked.body.data);
  expect((await call('GET', `/erasures/${newId()}`)).status).toBe(404);
});

it('is for those who administer the tenant, not for agents, and written down', async () => {
  for (const [method, path] of [
    ['DELETE', `/${BEN}`],
    ['POST', `/${BEN}/export`],
    ['GET', `/erasures/${newId()}`],
  ] as const) {
    expect(await call(method, path, reader)).toMatchObject({ status: 403, body: { error: { code: 'FORBIDDEN' } } });
  }
  expect(await call('DELETE', `/${agent}`)).toMatchObject({ status: 400, body: { error: { code: 'BAD_REQUEST' } } });
  const { body } = await gateway.call('GET', `/api/audit?objectId=${BEN}`, undefined, { 'x-api-key': admin });
  const acts = (body.data.entries as { action: string; outcome: string }[]).map(({ action, outcome }) => [
    action,
    outcome,
  ]);
  expect(acts).toEqual(
    expect.arrayContaining([
      ['user.erase', 'done'],
      ['user.export', 'done'],
    ]),
  );
});
