import { DEFAULT_MESSAGE_SERVER_ID, DEFAULT_TENANT_ID, elizaId, newId } from '@app/contracts';
import { makeChannel } from '@app/testing';
import { ElizaClient } from '@elizaos/api-client';
import { TestGateway } from './support.js';

const AGENT = elizaId('Somebody');
const USER = newId();
const MESSAGING = '/api/messaging';

let here: TestGateway;
let there: TestGateway;
let client: ElizaClient;

beforeAll(async () => {
  here = await TestGateway.start();
  there = await TestGateway.start({}, here);
  client = ElizaClient.create({ baseUrl: there.url });
  await client.agents.createAgent({ agent: { name: 'Somebody' } });
});
afterAll(async () => {
  await there.close();
  await here.close();
});

async function newServer(): Promise<string> {
  return (await client.messaging.createMessageServer({ name: 'Sample', sourceType: 'sample' })).server.id;
}

it('has an agent on the default server once it was started', async () => {
  const path = `${MESSAGING}/message-servers/${DEFAULT_MESSAGE_SERVER_ID}/agents`;
  expect((await client.agents.getAgentsForMessageServer(DEFAULT_MESSAGE_SERVER_ID)).agents).not.toContain(AGENT);
  await client.agents.startAgent(AGENT);
  const listed = await here.call('GET', path);
  expect(listed.body.data.agents).toContain(AGENT);
  expect((await there.call('POST', path, { agentId: AGENT })).status).toBe(201);
  const servers = await here.call('GET', `${MESSAGING}/agents/${AGENT}/message-servers`);
  expect(servers.body.data).toEqual({ agentId: AGENT, messageServers: [DEFAULT_MESSAGE_SERVER_ID] });
});

it('adds agents to any server of the tenant and takes them off again', async () => {
  const id = await newServer();
  expect(await client.agents.addAgentToMessageServer(id, AGENT)).toMatchObject({ messageServerId: id, agentId: AGENT });
  expect(await client.agents.getAgentsForMessageServer(id)).toEqual({ messageServerId: id, agents: [AGENT] });
  expect((await client.agents.getMessageServersForAgent(AGENT)).messageServers).toContain(id);
  expect(await client.agents.removeAgentFromMessageServer(id, AGENT)).toMatchObject({ agentId: AGENT });
  expect(await client.agents.getAgentsForMessageServer(id)).toMatchObject({ agents: [] });
  await expect(client.agents.addAgentToMessageServer(id, newId())).rejects.toMatchObject({ status: 404 });
  for (const call of [
    client.agents.getAgentsForMessageServer(newId()),
    client.agents.addAgentToMessageServer(newId(), AGENT),
    client.agents.removeAgentFromMessageServer(newId(), AGENT),
  ]) {
    await expect(call).rejects.toMatchObject({ status: 404, code: 'MESSAGE_SERVER_NOT_FOUND' });
  }
  expect((await client.agents.getMessageServersForAgent(newId())).messageServers).toEqual([]);
});

it('syncs the channels of a server, however often and at once', async () => {
  const id = await newServer();
  const channels = ['#a', '#b', '#c'].map((sourceId) => ({ name: sourceId, type: 'GROUP', sourceId }));
  const synced = await Promise.all(
    [here, there, here].map((gateway) =>
      ElizaClient.create({ baseUrl: gateway.url }).messaging.syncMessageServerChannels(id, { channels }),
    ),
  );
  expect(synced.map((answer) => answer.synced)).toEqual([3, 3, 3]);
  const { channels: listed } = await client.messaging.getMessageServerChannels(id);
  expect(listed.map(({ name }: { name: string }) => name).sort()).toEqual(['#a', '#b', '#c']);
  const listener = await here.connect();
  const [first] = synced[0].channels;
  await listener.join(first.id);
  await client.messaging.syncMessageServerChannels(id, { channels: [{ ...channels[0], name: 'renamed' }] });
  expect((await listener.next('channelUpdated')).updates).toMatchObject({ id: first.id, name: 'renamed' });
  expect((await client.messaging.getMessageServerChannels(id)).channels).toHaveLength(3);
  const messages = [{ id: '1', authorId: 'ada', content: 'hi', timestamp: 1 }];
  await client.messaging.ingestExternalMessages({ platform: 'sample', channelId: '#a', messages });
  expect(await listener.next('messageBroadcast')).toMatchObject({ text: 'hi', channelId: first.id });
  expect(await client.messaging.syncMessageServerChannels(id, { channels: [] })).toMatchObject({ synced: 0 });
  await expect(client.messaging.syncMessageServerChannels(newId(), { channels: [] })).rejects.toMatchObject({
    code: 'MESSAGE_SERVER_NOT_FOUND',
  });
});

it('deletes a server with its channels and tells who listened, but never the default one', async () => {
  const id = await newServer();
  const { channels } = await client.messaging.syncMessageServerChannels(id, {
    channels: [{ name: 'a', type: 'GROUP', sourceId: 'a' }],
  });
  await client.agents.addAgentToMessageServer(id, AGENT);
  const listener = await here.connect();
  await listener.join(channels[0].id);
  expect(await client.messaging.deleteMessageServer(id)).toEqual({ success: true });
  expect(await listener.next('channelDeleted')).toEqual({ channelId: channels[0].id });
  expect((await client.messaging.listMessageServers()).messageServers.map((s: { id: string }) => s.id)).not.toContain(
    id,
  );
  await expect(client.messaging.getChannelDetails(channels[0].id)).rejects.toMatchObject({ status: 404 });
  await expect(client.messaging.deleteMessageServer(id)).rejects.toMatchObject({ code: 'MESSAGE_SERVER_NOT_FOUND' });
  await expect(client.messaging.deleteMessageServer(DEFAULT_MESSAGE_SERVER_ID)).rejects.toMatchObject({
    status: 409,
    code: 'CONFLICT',
  });
});

it('adds and removes users with the client of ElizaOS, and throws nobody else out', async () => {
  const channelId = await makeChannel(here.db.database, DEFAULT_TENANT_ID, { participants: [USER, AGENT] });
  const [a, b, c] = [newId(), newId(), newId()];
  await client.messaging.addUserToChannel(channelId, a);
  expect(await client.messaging.getChannelParticipants(channelId)).toEqual([USER, AGENT, a]);
  await client.messaging.addUsersToChannel(channelId, [a, b, c]);
  await client.messaging.removeUserFromChannel(channelId, b);
  expect(await client.messaging.getChannelParticipants(channelId)).toEqual([USER, AGENT, a, c]);
  expect(await client.messaging.addUserToChannel(channelId, a)).toMatchObject({ success: true });
  const { metadata } = await client.messaging.getChannelDetails(channelId);
  expect(metadata).toEqual({ participantCentralUserIds: [USER, AGENT, a, c] });
  // A client that writes back what it read keeps no copy of the list that would grow old.
  await client.messaging.updateChannel(channelId, { metadata: { ...metadata, topic: 't' } });
  await client.messaging.removeUserFromChannel(channelId, a);
  expect((await client.messaging.getChannelDetails(channelId)).metadata).toEqual({
    topic: 't',
    participantCentralUserIds: [USER, AGENT, c],
  });
});

it('answers under the old names of its routes', async () => {
  const made = await here.call('POST', `${MESSAGING}/servers`, { name: 'Old', sourceType: 'old' });
  expect(made.status).toBe(201);
  const { id } = made.body.data.server;
  expect((await there.call('POST', `${MESSAGING}/servers/${id}/agents`, { agentId: AGENT })).status).toBe(201);
  expect((await here.call('GET', `${MESSAGING}/servers/${id}/agents`)).body.data.agents).toEqual([AGENT]);
  expect((await there.call('DELETE', `${MESSAGING}/servers/${id}/agents/${AGENT}`)).status).toBe(200);
  const servers = await here.call('GET', `${MESSAGING}/central-servers`);
  expect(servers.body.data.servers.map((server: { id: string }) => server.id)).toContain(id);
  const body = { name: 'c', server_id: id, participantCentralUserIds: [USER] };
  const channel = (await here.call('POST', `${MESSAGING}/central-channels`, body)).body.data;
  const listed = await there.call('GET', `${MESSAGING}/central-servers/${id}/channels?x=1`);
  expect(listed.body.data.channels).toMatchObject([{ id: channel.id }]);
  const path = `${MESSAGING}/central-channels/${channel.id}`;
  expect((await here.call('GET', `${path}/details`)).body.data.id).toBe(channel.id);
  expect((await here.call('GET', `${path}/participants`)).body.data).toEqual([USER]);
  const message = { author_id: USER, content: 'old', server_id: id };
  expect((await there.call('POST', `${path}/messages`, message)).status).toBe(201);
  expect((await here.call('GET', `${path}/messages?limit=1`)).body.data.messages).toMatchObject([{ content: 'old' }]);
  expect((await here.call('PATCH', path, { name: 'd' })).body.data.name).toBe('d');
  expect((await there.call('DELETE', path)).status).toBe(204);
  for (const wrong of ['central-channelsx', 'serversx', 'central-serversx']) {
    expect((await here.call('GET', `${MESSAGING}/${wrong}`)).status).toBe(404);
  }
});
