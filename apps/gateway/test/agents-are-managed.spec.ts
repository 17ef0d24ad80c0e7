import { elizaId, newId } from '@app/contracts';
import { ElizaClient } from '@elizaos/api-client';
import { TestGateway } from './support.js';

let gateway: TestGateway;
let client: ElizaClient;

beforeAll(async () => {
  gateway = await TestGateway.start();
  client = ElizaClient.create({ baseUrl: gateway.url });
});
afterAll(() => gateway.close());

it('takes an agent from its making to its end through the client of ElizaOS', async () => {
  const made = await client.agents.createAgent({ agent: { name: 'Ada', bio: ['first', 'second'] } });
  const id = made.id!;
  expect(id).toBe(elizaId('Ada'));
  expect(await client.agents.getAgent(id)).toMatchObject({ id, name: 'Ada', status: 'inactive', server_id: null });
  expect(await client.agents.startAgent(id)).toEqual({ id, name: 'Ada', status: 'active' });
  expect(await client.agents.startAgent(id)).toMatchObject({ status: 'active' });
  const { agents } = await client.agents.listAgents();
  expect(agents.find((agent: { id: string }) => agent.id === id)).toMatchObject({
    characterName: 'Ada',
    bio: 'first',
    status: 'active',
  });
  expect(await client.agents.updateAgent(id, { system: 'Be brief.' })).toMatchObject({
    system: 'Be brief.',
    bio: ['first', 'second'],
  });
  expect(await client.agents.stopAgent(id)).toEqual({ message: 'Agent stopped' });
  await expect(client.agents.stopAgent(id)).rejects.toMatchObject({ code: 'NOT_FOUND', status: 404 });
  expect(await client.agents.deleteAgent(id)).toEqual({ success: true });
  await expect(client.agents.getAgent(id)).rejects.toMatchObject({ code: 'NOT_FOUND', status: 404 });
  await expect(client.agents.deleteAgent(id)).rejects.toMatchObject({ code: 'NOT_FOUND', status: 404 });
});

it('lists active agents first, then by name', async () => {
  for (const name of ['Zoe', 'Bea']) await gateway.call('POST', '/api/agents', { agent: { name } });
  await gateway.call('POST', `/api/agents/${elizaId('Zoe')}/start`);
  const { body } = await gateway.call('GET', '/api/agents');
  const listed: [string, string][] = body.data.agents.map((agent: Record<string, string>) => [
    agent['status'],
    agent['name'],
  ]);
  expect(listed).toEqual([...listed].sort());
});

it('prefers characterJson to agent, and refuses a path on the server', async () => {
  const both = await gateway.call('POST', '/api/agents', { characterJson: { name: 'Json' }, agent: { name: 'Agent' } });
  expect(both.body.data.character).toMatchObject({ name: 'Json', id: elizaId('Json') });
  const path = await gateway.call('POST', '/api/agents', { characterPath: '/etc/passwd', agent: { name: 'Agent' } });
  expect(path).toMatchObject({ status: 400, body: { error: { code: 'CREATE_ERROR' } } });
  expect(path.text).not.toContain('passwd');
});

it('keeps a given id, and answers an existing agent as it is', async () => {
  const id = newId();
  const first = await gateway.call('POST', '/api/agents', {
    agent: { id: id.toUpperCase(), name: 'Given', topics: ['a'] },
  });
  expect(first).toMatchObject({ status: 201, body: { data: { id, character: { id, topics: ['a'] } } } });
  const second = await gateway.call('POST', '/api/agents', {
    agent: { id, name: 'Other', settings: { secrets: { K: 'v' } } },
  });
  expect(second).toMatchObject({ status: 201, body: { data: { id, character: { name: 'Given', topics: ['a'] } } } });
  expect(second.body.data.character.settings).toEqual({});
});

it('hands unknown keys back as they came', async () => {
  const extras = { lore: ['old'], nested: { deep: [{ a: 1 }] }, clientConfig: { x: true } };
  const made = await gateway.call('POST', '/api/agents', { agent: { name: 'Extra', ...extras } });
  expect(made.body.data.character).toMatchObject(extras);
  const { body } = await gateway.call('GET', `/api/agents/${elizaId('Extra')}`);
  expect(body.data).toMatchObject(extras);
});

it('merges settings deeply, deletes with null, replaces everything else, and takes a whole row back', async () => {
  const settings = { model: { name: 'a', temperature: 1 }, gone: 1, list: [1, 2] };
  await gateway.call('POST', '/api/agents', { agent: { name: 'Merge', settings, style: { all: ['x'], chat: ['y'] } } });
  const path = `/api/agents/${elizaId('Merge')}`;
  const changed = await gateway.call('PATCH', path, {
    settings: { model: { name: 'b' }, gone: null, list: [3] },
    style: { all: ['z'] },
  });
  expect(changed.body.data.settings).toEqual({ model: { name: 'b', temperature: 1 }, list: [3] });
  expect(changed.body.data.style).toEqual({ all: ['z'] });
  const again = await gateway.call('PATCH', path, { ...changed.body.data, username: 'merge' });
  expect(again.body.data).toMatchObject({ ...changed.body.data, username: 'merge', updatedAt: expect.any(Number) });
  expect(again.body.data.updatedAt).toBeGreaterThan(changed.body.data.updatedAt);
  const rest = await gateway.call('PATCH', path, { username: null });
  expect(rest.body.data.username).toBe('');
  const stored = await gateway.db.asSuperuser<{ character: object }>(
    `select character from agents where name = 'Merge'`,
  );
  expect(Object.keys(stored[0]!.character)).not.toEqual(expect.arrayContaining(['enabled']));
});

it('loses neither of two changes at once', async () => {
  await gateway.call('POST', '/api/agents', { agent: { name: 'Both' } });
  const path = `/api/agents/${elizaId('Both')}`;
  const settings = Array.from({ length: 10 }, (_, index) => ({ [`k${index}`]: index }));
  await Promise.all(settings.map((part) => gateway.call('PATCH', path, { settings: part })));
  const { body } = await gateway.call('GET', path);
  expect(body.data.settings).toEqual(Object.assign({}, ...settings));
});

it.each([
  ['no character', {}],
  ['null', { agent: null }],
  ['a text', { agent: 'Ada' }],
  ['a list', { characterJson: [] }],
  ['no name', { agent: { bio: 'x' } }],
  ['an empty name', { agent: { name: '' } }],
  ['a bio of numbers', { agent: { name: 'Bad', bio: [1] } }],
  ['a style that is a text', { agent: { name: 'Bad', style: 'loud' } }],
  ['a wrong id', { agent: { id: 'nope', name: 'Bad' } }],
  ['settings that are a list', { agent: { name: 'Bad', settings: [] } }],
  ['secrets that are a text', { agent: { name: 'Bad', secrets: 'x' } }],
])('refuses %s as a new agent and stores nothing', async (_, body) => {
  const before = await gateway.count('agents');
  const reply = await gateway.call('POST', '/api/agents', body);
  expect(reply).toMatchObject({ status: 400, body: { success: false, error: { code: 'CREATE_ERROR' } } });
  expect(reply.body.error.requestId).toBe(reply.headers.get('x-request-id'));
  expect(await gateway.count('agents')).toBe(before);
});

it.each([
  ['a name taken away', { name: null }],
  ['a wrong name', { name: 5 }],
  ['a wrong bio', { bio: { a: 1 } }],
  ['settings that are a text', { settings: 'x' }],
  ['a list', []],
])('refuses %s as a change and changes nothing', async (_, change) => {
  await gateway.call('POST', '/api/agents', { agent: { name: 'Firm', bio: 'b' } });
  const path = `/api/agents/${elizaId('Firm')}`;
  const before = (await gateway.call('GET', path)).body.data;
  const reply = await gateway.call('PATCH', path, change);
  expect(reply).toMatchObject({ status: 400, body: { error: { code: 'VALIDATION_ERROR' } } });
  expect((await gateway.call('GET', path)).body.data).toEqual(before);
});

it('says the same of every route when the agent is unknown, or its id is none', async () => {
  const routes = [
    ['GET', ''],
    ['PATCH', ''],
    ['DELETE', ''],
    ['POST', '/start'],
    ['POST', '/stop'],
  ] as const;
  for (const [method, end] of routes) {
    const body = method === 'PATCH' ? {} : undefined;
    const unknown = await gateway.call(method, `/api/agents/${newId()}${end}`, body);
    expect(unknown).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND', message: 'Agent not found' } } });
    const wrong = await gateway.call(method, `/api/agents/nope${end}`, body);
    expect(wrong).toMatchObject({
      status: 400,
      body: { error: { code: 'INVALID_ID', message: 'Invalid agent ID format' } },
    });
  }
});
