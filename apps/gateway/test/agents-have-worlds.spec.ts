import { DEFAULT_MESSAGE_SERVER_ID, DEFAULT_TENANT_ID, elizaId, newId, ownId, type Uuid } from '@app/contracts';
import { makeChannel } from '@app/testing';
import { ElizaClient } from '@elizaos/api-client';
import { TestGateway } from './support.js';

let one: TestGateway;
let two: TestGateway;
let client: ElizaClient;
let other: ElizaClient;
const agent = elizaId('Ada');
const second = elizaId('Bob');

beforeAll(async () => {
  one = await TestGateway.start();
  two = await TestGateway.start({}, one);
  client = ElizaClient.create({ baseUrl: one.url });
  other = ElizaClient.create({ baseUrl: two.url });
  for (const name of ['Ada', 'Bob']) {
    await client.agents.createAgent({ agent: { name } });
    await client.agents.startAgent(elizaId(name));
  }
});
afterAll(async () => {
  await two.close();
  await one.close();
});

async function world(agentId: Uuid, id: Uuid): Promise<Record<string, unknown> | undefined> {
  const { worlds } = await other.agents.getWorlds();
  return worlds.find((found: { id: Uuid; agentId: Uuid }) => found.id === id && found.agentId === agentId);
}

it('lists worlds: those that were made, and those of the message servers agents take part in', async () => {
  const made = await one.call('POST', `/api/agents/${agent}/worlds`, { name: 'Garden', metadata: { a: 1 } });
  expect(made.status).toBe(201);
  const { id } = made.body.data.world;
  expect(await world(agent, id)).toEqual(made.body.data.world);
  const ofServer = ownId(agent, DEFAULT_MESSAGE_SERVER_ID);
  expect(await world(agent, ofServer)).toBeUndefined();
  await makeChannel(one.db.database, DEFAULT_TENANT_ID, { participants: [agent] });
  expect(await world(agent, ofServer)).toMatchObject({ messageServerId: DEFAULT_MESSAGE_SERVER_ID, metadata: {} });
});

it('lets an agent join a world of another, or that of a message server', async () => {
  const made = await one.call('POST', `/api/agents/${agent}/worlds`, { name: 'Shared' });
  const { id } = made.body.data.world;
  const { world: joined } = await other.agents.addAgentToWorld(second, id);
  expect(joined).toMatchObject({ id, agentId: second, name: 'Shared' });
  expect(await other.agents.addAgentToWorld(second, id)).toEqual({ world: joined });
  const { world: ofServer } = await other.agents.addAgentToWorld(second, DEFAULT_MESSAGE_SERVER_ID);
  expect(ofServer).toMatchObject({ id: ownId(second, DEFAULT_MESSAGE_SERVER_ID), agentId: second });
  await expect(other.agents.addAgentToWorld(second, newId())).rejects.toMatchObject({ code: 'NOT_FOUND', status: 404 });
  expect((await one.call('POST', `/api/agents/${agent}/worlds`, {})).status).toBe(400);
});

it('merges settings and metadata into a world, also into one that stands for a message server', async () => {
  for (const id of [newId(), ownId(agent, DEFAULT_MESSAGE_SERVER_ID)]) {
    if (id !== ownId(agent, DEFAULT_MESSAGE_SERVER_ID)) {
      await one.call('POST', `/api/agents/${agent}/worlds`, { name: 'W', worldId: id, metadata: { kept: 1 } });
    }
    await client.agents.updateAgentWorldSettings(agent, id, { a: 1 });
    const { world: changed } = await other.agents.updateAgentWorldSettings(agent, id, { b: 2 });
    expect(changed.metadata.settings).toEqual({ a: 1, b: 2 });
    const named = await two.call('PATCH', `/api/agents/${agent}/worlds/${id}`, { name: 'New', metadata: { c: 3 } });
    expect(named.body.data.world).toMatchObject({ id, name: 'New', metadata: { c: 3, settings: { a: 1, b: 2 } } });
    expect(await world(agent, id)).toEqual(named.body.data.world);
  }
  const unknown = await one.call('PATCH', `/api/agents/${agent}/worlds/${newId()}`, { name: 'X' });
  expect(unknown).toMatchObject({ status: 404, body: { error: { message: 'World not found' } } });
});

it('says of a stopped agent what it says of none', async () => {
  await client.agents.stopAgent(second);
  for (const id of [second, newId()]) {
    const made = await one.call('POST', `/api/agents/${id}/worlds`, { name: 'X' });
    expect(made).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND' } } });
    expect((await one.call('PATCH', `/api/agents/${id}/worlds/${newId()}`, { name: 'X' })).status).toBe(404);
  }
});
