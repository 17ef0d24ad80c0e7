import { DEFAULT_MESSAGE_SERVER_ID, elizaId, newId } from '@app/contracts';
import { ElizaClient } from '@elizaos/api-client';
import { TestGateway } from './support.js';

const AGENT = elizaId('Eliza');
const USER = newId();
const CHANNELS = '/api/messaging/channels';

let gateway: TestGateway;
let client: ElizaClient;

beforeAll(async () => {
  gateway = await TestGateway.start();
  client = ElizaClient.create({ baseUrl: gateway.url });
  await gateway.call('POST', '/api/agents', { agent: { name: 'Eliza' } });
});
afterAll(() => gateway.close());

async function makeChannel(more: object = {}): Promise<string> {
  const body = { name: 'Sample', message_server_id: DEFAULT_MESSAGE_SERVER_ID, ...more };
  const reply = await gateway.call('POST', CHANNELS, body);
  expect(reply.status).toBe(201);
  return reply.body.data.id;
}

it('makes and lists message servers', async () => {
  const path = '/api/messaging/message-servers';
  const made = await gateway.call('POST', path, { name: 'Sample', sourceType: 'sample', metadata: { a: 1 } });
  const listed = await gateway.call('GET', path);
  expect(listed.body.data.messageServers[0].id).toBe(DEFAULT_MESSAGE_SERVER_ID);
  const id = await makeChannel({ message_server_id: undefined, server_id: made.body.data.server.id });
  const channels = await gateway.call('GET', `${path}/${made.body.data.server.id}/channels`);
  expect(channels.body.data.channels).toMatchObject([{ id, messageServerId: made.body.data.server.id }]);
});

it('takes a channel from its making to its end through the client of ElizaOS', async () => {
  const { id } = await client.messaging.createGroupChannel({
    name: 'Chat',
    participantIds: [USER, AGENT] as never,
    metadata: { type: 'DM', isDm: true, user1: USER },
  });
  expect(await client.messaging.getChannelDetails(id)).toMatchObject({ id, type: 'DM', metadata: { isDm: true } });
  expect(await client.messaging.getChannelParticipants(id)).toEqual([USER, AGENT]);
  const stranger = newId();
  await client.messaging.updateChannel(id, { name: 'New', participantCentralUserIds: [stranger, stranger] as never });
  expect(await client.messaging.getChannelParticipants(id)).toEqual([stranger]);
  await client.messaging.addAgentToChannel(id, AGENT);
  await client.messaging.addAgentToChannel(id, AGENT);
  const listed = await gateway.call('GET', `${CHANNELS}/${id}/agents`);
  expect(listed.body.data).toEqual({ channelId: id, participants: [stranger, AGENT] });
  await client.messaging.removeAgentFromChannel(id, AGENT);
  await expect(client.messaging.removeAgentFromChannel(id, AGENT as never)).rejects.toMatchObject({ status: 404 });
  expect(await client.messaging.getChannelDetails(id)).toMatchObject({ name: 'New', metadata: { isDm: true } });
  expect(await client.messaging.deleteChannel(id)).toEqual({ success: true });
  await expect(client.messaging.getChannelDetails(id)).rejects.toMatchObject({
    code: 'CHANNEL_NOT_FOUND',
    status: 404,
  });
  expect(await client.messaging.getChannelParticipants(id)).toEqual([]);
});

it('makes a channel without participants, which the client of ElizaOS does and ElizaOS refuses', async () => {
  const channel = await client.messaging.createChannel({ name: 'C', type: 'GROUP' });
  expect(channel).toMatchObject({ name: 'C', type: 'GROUP', messageServerId: DEFAULT_MESSAGE_SERVER_ID });
});

it('makes one direct channel, however often and at once it is asked for', async () => {
  const other = newId();
  const ask = (a: string, b: string) => client.messaging.getOrCreateDmChannel({ participantIds: [a, b] as never });
  const channels = await Promise.all(
    Array.from({ length: 12 }, (_, i) => (i % 2 ? ask(USER, other) : ask(other, USER))),
  );
  expect(new Set(channels.map((channel) => channel.id)).size).toBe(1);
  const [user1, user2] = [USER, other].sort();
  expect(channels[0]).toMatchObject({ name: `DM-${user1}-${user2}`, type: 'DM', metadata: { user1, user2 } });
  expect(((await client.messaging.getChannelParticipants(channels[0]!.id)) as unknown as string[]).sort()).toEqual([
    user1,
    user2,
  ]);
  await expect(ask(USER, USER)).rejects.toMatchObject({
    status: 400,
    message: 'Cannot create DM channel with oneself',
  });
});

it('reads ids in capitals as the same ids', async () => {
  const id = await makeChannel({ participantCentralUserIds: [USER.toUpperCase()] });
  expect((await gateway.call('GET', `${CHANNELS}/${id.toUpperCase()}/participants`)).body.data).toEqual([USER]);
});

it.each([
  ['no name', { name: undefined }],
  ['an empty name', { name: '' }],
  ['no message server', { message_server_id: undefined }],
  ['a wrong message server id', { message_server_id: 'nope' }],
  ['a wrong participant', { participantCentralUserIds: [USER, 'nope'] }],
  ['participants that are no list', { participantCentralUserIds: USER }],
  ['a type that is a number', { type: 5 }],
  ['metadata that are a list', { metadata: [] }],
])('refuses a channel with %s and stores nothing', async (_, fault) => {
  const before = await gateway.count('channels');
  const body = { name: 'x', message_server_id: DEFAULT_MESSAGE_SERVER_ID, ...fault };
  const reply = await gateway.call('POST', CHANNELS, body);
  expect(reply).toMatchObject({ status: 400, body: { success: false, error: { code: 'VALIDATION_ERROR' } } });
  expect(await gateway.count('channels')).toBe(before);
});

it('takes null for not given', async () => {
  const id = await makeChannel({ type: null, metadata: null, participantCentralUserIds: null, server_id: null });
  const { body } = await gateway.call('PATCH', `${CHANNELS}/${id}`, { name: null, metadata: null });
  expect(body.data).toMatchObject({ name: 'Sample', type: 'GROUP', metadata: {} });
});

it('does not find what is not there', async () => {
  const id = newId();
  const known = await makeChannel();
  const found = async (method: string, path: string, body?: object) => {
    const reply = await gateway.call(method, path, body);
    return [reply.status, reply.body.error.code];
  };
  const missing = [404, 'CHANNEL_NOT_FOUND'];
  expect(await found('GET', `${CHANNELS}/${id}/details`)).toEqual(missing);
  expect(await found('PATCH', `${CHANNELS}/${id}`, { name: 'x' })).toEqual(missing);
  expect(await found('DELETE', `${CHANNELS}/${id}`)).toEqual(missing);
  expect(await found('POST', `${CHANNELS}/${id}/agents`, { agentId: AGENT })).toEqual(missing);
  expect(await found('POST', `${CHANNELS}/${known}/agents`, { agentId: newId() })).toEqual([404, 'NOT_FOUND']);
  const elsewhere = { name: 'x', message_server_id: newId() };
  expect(await found('POST', CHANNELS, elsewhere)).toEqual([404, 'MESSAGE_SERVER_NOT_FOUND']);
  const dm = `/api/messaging/dm-channel?currentUserId=${USER}&targetUserId=${AGENT}&dmServerId=${newId()}`;
  expect(await found('GET', dm)).toEqual([404, 'MESSAGE_SERVER_NOT_FOUND']);
});

it('refuses ids that are none', async () => {
  const id = await makeChannel();
  const paths = [
    ['GET', `${CHANNELS}/nope/details`],
    ['GET', `${CHANNELS}/nope/participants`],
    ['GET', `${CHANNELS}/nope/agents`],
    ['GET', `${CHANNELS}/nope/messages`],
    ['PATCH', `${CHANNELS}/nope`],
    ['DELETE', `${CHANNELS}/nope`],
    ['DELETE', `${CHANNELS}/nope/messages`],
    ['DELETE', `${CHANNELS}/${id}/messages/nope`],
    ['DELETE', `${CHANNELS}/${id}/agents/nope`],
    ['GET', '/api/messaging/message-servers/nope/channels'],
  ] as const;
  for (const [method, path] of paths) {
    const reply = await gateway.call(method, path, method === 'PATCH' ? {} : undefined);
    expect([path, reply.status, reply.body.error.code]).toEqual([path, 400, 'INVALID_ID']);
  }
  const dm = await gateway.call('GET', `/api/messaging/dm-channel?currentUserId=nope&targetUserId=${USER}`);
  expect(dm).toMatchObject({ status: 400, body: { error: { code: 'VALIDATION_ERROR' } } });
});
