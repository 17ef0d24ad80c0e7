import { DEFAULT_MESSAGE_SERVER_ID, DEFAULT_TENANT_ID, newId, type Scope, type Uuid } from '@app/contracts';
import { aKey, aTenant, makeAgent, makeChannel, TestIssuer } from '@app/testing';
import { TestGateway, type Reply } from './support.js';

let gateway: TestGateway;
let a: Uuid;
let b: Uuid;
let ofA: Record<string, string>;
let ofB: Record<string, string>;

beforeAll(async () => {
  gateway = await TestGateway.start({ ELIZA_SERVER_AUTH_TOKEN: 'rest-key' });
  a = await aTenant(gateway.db.database);
  b = await aTenant(gateway.db.database);
  ofA = await keyOf(a);
  ofB = await keyOf(b);
});
afterAll(() => gateway.close());

async function keyOf(tenantId: Uuid, scopes?: Scope[]): Promise<Record<string, string>> {
  return { 'x-api-key': (await aKey(gateway.db.database, tenantId, scopes)).key };
}

async function post(path: string, body: object, headers: Record<string, string>): Promise<Reply> {
  return gateway.call('POST', path, body, headers);
}

it('takes the same client message id of another tenant, in a channel of the same id, for another message', async () => {
  const channel = newId();
  const author = newId();
  const path = `/api/messaging/channels/${channel}/messages`;
  const said = { author_id: author, messageId: 'client-1', message_server_id: DEFAULT_MESSAGE_SERVER_ID };
  const first = await post(path, { ...said, content: 'of B' }, ofB);
  const replayed = await post(path, { ...said, content: 'of B' }, ofA);
  expect([first.status, replayed.status]).toEqual([201, 201]);
  expect(replayed.body.data.id).not.toBe(first.body.data.id);
  const other = await post(path, { ...said, content: 'of A' }, ofA);
  expect(other).toMatchObject({ status: 409, body: { error: { code: 'IDEMPOTENCY_CONFLICT' } } });
  expect(JSON.stringify(other.body)).not.toContain(first.body.data.id);
  const messages = (await gateway.call('GET', path, undefined, ofB)).body.data.messages;
  expect(messages).toMatchObject([{ id: first.body.data.id, content: 'of B' }]);
});

it('assigns nothing by fields that no contract names', async () => {
  const extra = { tenantId: b, tenant_id: b, isAdmin: true, principal: 'operator', scopes: ['*'], seq: 99 };
  const before = (await gateway.count('channels')) + (await gateway.count('messages'));
  const channelId = await makeChannel(gateway.db.database, a);
  const posted = await post(
    `/api/messaging/channels/${channelId}/messages`,
    { content: 'hello', author_id: newId(), id: newId(), createdAt: 5, ...extra },
    ofA,
  );
  expect(posted).toMatchObject({ status: 201, body: { data: { seq: 1 } } });
  const made = await post(
    '/api/messaging/channels',
    { name: 'Mine', message_server_id: DEFAULT_MESSAGE_SERVER_ID, id: newId(), ...extra },
    ofA,
  );
  expect(made.status).toBe(201);
  const agent = await post('/api/agents', { agent: { name: 'Mine', ...extra, enabled: true }, ...extra }, ofA);
  expect((await gateway.call('GET', `/api/agents/${agent.body.data.id}`, undefined, ofA)).body.data.enabled).toBe(
    false,
  );
  expect((await gateway.count('channels')) + (await gateway.count('messages'))).toBe(before + 3);
  for (const table of ['channels', 'messages', 'agents']) {
    const found = await gateway.db.asSuperuser(
      `select from ${table} where tenant_id = $1 and to_jsonb(${table})::text like '%Mine%'`,
      [b],
    );
    expect([table, found.length]).toEqual([table, 0]);
  }
});

it.each(['x-tenant-id', 'x-tenant', 'tenant', 'x-server-id', 'x-forwarded-host', 'x-forwarded-for', 'x-original-url'])(
  'takes nobody for another tenant’s by the header %s',
  async (name) => {
    const agent = await makeAgent(gateway.db.database, b, `Bee ${name}`);
    const reply = await gateway.call('GET', `/api/agents/${agent}`, undefined, { ...ofA, [name]: b });
    expect(reply.status).toBe(404);
    const bare = await gateway.call('GET', `/api/agents/${agent}`, undefined, { [name]: DEFAULT_TENANT_ID });
    expect(bare.status).toBe(401);
  },
);

it('lets an end user claim no other entity by a header or an author', async () => {
  const issuer = await TestIssuer.shared(gateway.db.database, a, { entityClaim: 'entity' });
  const [own, other] = [newId(), newId()];
  const authorization = `Bearer ${await issuer.token(own, { entity: own, tenant: a })}`;
  const reply = await gateway.call('GET', '/api/messaging/sessions', undefined, {
    authorization,
    'x-entity-id': other,
  });
  expect(reply).toMatchObject({ status: 403, body: { error: { code: 'ENTITY_MISMATCH' } } });
  const channelId = await makeChannel(gateway.db.database, a, { participants: [own, other] });
  const path = `/api/messaging/channels/${channelId}/messages`;
  for (const body of [{ author_id: other }, { author_id: own, source_type: 'agent_response' }]) {
    const said = await post(path, { content: 'hello', ...body }, { authorization });
    expect(said).toMatchObject({ status: 403, body: { error: { code: 'ENTITY_MISMATCH' } } });
  }
  expect(await post(path, { content: 'hello', authorId: other }, { authorization })).toMatchObject({
    status: 201,
    body: { data: { author_id: own } },
  });
});

it('names the scope that a key lacks, by REST and on sockets', async () => {
  const reading = await keyOf(a, ['messages:read']);
  expect((await gateway.call('GET', '/api/messaging/sessions', undefined, reading)).status).toBe(200);
  expect(await post('/api/messaging/channels', { name: 'x' }, reading)).toMatchObject({
    status: 403,
    body: { error: { code: 'FORBIDDEN', details: { scope: 'messages:write' } } },
  });
  expect((await gateway.call('GET', '/api/agents', undefined, reading)).body.error.details).toEqual({
    scope: 'agents:read',
  });
  const socket = await gateway.connect(newId(), { apiKey: reading['x-api-key'] });
  const channelId = await makeChannel(gateway.db.database, a);
  await socket.join(channelId);
  const sent = { channelId, messageServerId: DEFAULT_MESSAGE_SERVER_ID, senderId: newId(), message: 'hello' };
  for (const [event, payload] of [
    ['2', sent],
    ['message', { type: 2, payload: sent }],
  ] as const) {
    socket.heard.length = 0;
    socket.socket.emit(event, payload);
    expect(await socket.next('messageError')).toMatchObject({
      code: 'FORBIDDEN',
      details: { scope: 'messages:write' },
    });
  }
  socket.socket.emit('subscribe_logs');
  await socket.next('messageError', ({ details }) => details.scope === 'admin');
});
