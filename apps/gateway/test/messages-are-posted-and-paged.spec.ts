import { DEFAULT_MESSAGE_SERVER_ID, newId } from '@app/contracts';
import { ElizaClient } from '@elizaos/api-client';
import { makeAgent, makeChannel } from '@app/testing';
import { DEFAULT_TENANT_ID } from '@app/contracts';
import { TestGateway, type Reply } from './support.js';

const USER = newId();

let gateway: TestGateway;
let client: ElizaClient;

beforeAll(async () => {
  gateway = await TestGateway.start();
  client = ElizaClient.create({ baseUrl: gateway.url });
});
afterAll(() => gateway.close());

const pathOf = (channelId: string): string => `/api/messaging/channels/${channelId}/messages`;
const newChannel = (): Promise<string> => makeChannel(gateway.db.database, DEFAULT_TENANT_ID);

async function post(channelId: string, more: object = {}): Promise<Reply> {
  const body = { author_id: USER, content: 'hello', message_server_id: DEFAULT_MESSAGE_SERVER_ID, ...more };
  return gateway.call('POST', pathOf(channelId), body);
}

async function contents(channelId: string, query = ''): Promise<string[]> {
  const { status, body } = await gateway.call('GET', pathOf(channelId) + query);
  expect(status).toBe(200);
  return body.data.messages.map((message: { content: string }) => message.content);
}

it('answers a post, and the client of ElizaOS with its data', async () => {
  const channelId = await newChannel();
  const metadata = { user_display_name: 'Sample', isDm: true, channelType: 'DM' };
  const reply = await post(channelId, { source_type: 'sample', metadata });
  expect(reply.body.userMessage).toMatchObject({ author_display_name: 'Sample', source_type: 'sample', metadata });
  expect(reply.body.data).toEqual(reply.body.userMessage);
  const listed = await gateway.call('GET', pathOf(channelId));
  expect(listed.body.data.messages[0]).toMatchObject({ id: reply.body.userMessage.id, metadata, sourceType: 'sample' });
});

it('keeps what came with a message', async () => {
  const channelId = await newChannel();
  const first = await post(channelId, { server_id: DEFAULT_MESSAGE_SERVER_ID, message_server_id: undefined });
  const raw_message = { text: 'x', thought: 'hm', actions: ['REPLY'] };
  const attachments = [{ id: 'a', url: '/media/a.png' }];
  const in_reply_to_message_id = first.body.userMessage.id;
  const second = await post(channelId, {
    raw_message,
    in_reply_to_message_id,
    metadata: { attachments },
    mode: 'websocket',
  });
  expect(second.body.userMessage).toMatchObject({ raw_message, in_reply_to_message_id, source_type: 'eliza_gui' });
  const { body } = await gateway.call('GET', pathOf(channelId));
  expect(body.data.messages[0]).toMatchObject({
    rawMessage: raw_message,
    inReplyToRootMessageId: in_reply_to_message_id,
    metadata: { attachments, thought: 'hm', actions: ['REPLY'] },
  });
});

it('owes an answer of every agent of a direct channel', async () => {
  const agent = await makeAgent(gateway.db.database, DEFAULT_TENANT_ID, 'Answerer');
  const channelId = await makeChannel(gateway.db.database, DEFAULT_TENANT_ID, { participants: [USER, agent] });
  const { body } = await post(channelId);
  const turns = await gateway.db.asSuperuser('select agent_id, message_id, state from turns where channel_id = $1', [
    channelId,
  ]);
  expect(turns).toEqual([{ agent_id: agent, message_id: body.userMessage.id, state: 'released' }]);
});

it('makes an unknown channel of a known message server by being talked in', async () => {
  const channelId = newId();
  const targetUserId = newId();
  const metadata = { channelType: 'DM', isDm: true, targetUserId };
  expect((await post(channelId, { metadata })).status).toBe(201);
  expect(await client.messaging.getChannelDetails(channelId)).toMatchObject({
    type: 'DM',
    name: `DM ${channelId.slice(0, 8)}`,
  });
  expect(await client.messaging.getChannelParticipants(channelId)).toEqual([USER, targetUserId]);
});

it('does not find a channel of an unknown message server', async () => {
  const before = await gateway.count('channels');
  const reply = await post(newId(), { message_server_id: newId() });
  expect(reply).toMatchObject({ status: 404, body: { error: { code: 'CHANNEL_NOT_FOUND' } } });
  expect(await gateway.count('channels')).toBe(before);
});

it('pages by count, and by time as milliseconds, ISO text and text of a Date', async () => {
  const channelId = await newChannel();
  const times: number[] = [];
  for (const content of ['1', '2', '3', '4', '5']) {
    times.push((await post(channelId, { content })).body.userMessage.created_at);
  }
  expect(await contents(channelId)).toEqual(['5', '4', '3', '2', '1']);
  expect(await contents(channelId, '?limit=2')).toEqual(['5', '4']);
  expect(await contents(channelId, `?limit=2&before=${times[3]}`)).toEqual(['3', '2']);
  expect(await contents(channelId, `?before=${new Date(times[1]!).toISOString()}`)).toEqual(['1']);
  expect(await contents(channelId, `?after=${new Date(times[2]!).toISOString()}`)).toEqual(['5', '4']);
  expect(await contents(channelId, `?limit=1&after=${times[0]}`)).toEqual(['2']);
  expect(await contents(channelId, `?after=${times[0]}&before=${times[4]}`)).toEqual(['4', '3', '2']);
  expect(await contents(channelId, '?before=0')).toEqual([]);
  expect(await contents(channelId, '?before=8640000000000000')).toHaveLength(5);
  const hour = 3_600_000;
  const before = new Date(Date.now() + hour);
  const after = new Date(Date.now() - hour);
  const page = await client.messaging.getChannelMessages(channelId, { before, after, limit: 3 });
  expect(page.messages.map(({ content }: { content: unknown }) => content)).toEqual(['5', '4', '3']);
  expect((await client.messaging.getChannelMessages(channelId as never, { before: after })).messages).toEqual([]);
});

it('gives 50 messages when nobody says how many, and 500 at most', async () => {
  const channelId = await newChannel();
  for (let batch = 0; batch < 26; batch++) {
    await Promise.all(Array.from({ length: 20 }, () => post(channelId, { content: 'x' })));
  }
  expect(await contents(channelId)).toHaveLength(50);
  expect(await contents(channelId, '?limit=100000')).toHaveLength(500);
});

it.each([
  'limit=0',
  'limit=-1',
  'limit=x',
  'limit=1.5',
  'limit=1&limit=2',
  'before=soon',
  'before=-5',
  'after=9999999999999999',
])('refuses a page with %s', async (query) => {
  const reply = await gateway.call('GET', `${pathOf(newId())}?${query}`);
  expect(reply).toMatchObject({ status: 400, body: { error: { code: 'VALIDATION_ERROR' } } });
});

it('has an empty history of an unknown channel, as ElizaOS', async () => {
  expect(await contents(newId())).toEqual([]);
});

it('stores a message once when it is posted again, and refuses its id for other words', async () => {
  const channelId = await newChannel();
  const replies = await Promise.all(Array.from({ length: 20 }, () => post(channelId, { messageId: 'm1' })));
  expect(replies.map((reply) => reply.status)).toEqual(replies.map(() => 201));
  expect(new Set(replies.map((reply) => JSON.stringify(reply.body))).size).toBe(1);
  expect(await contents(channelId)).toEqual(['hello']);
  const other = await post(channelId, { messageId: 'm1', content: 'other' });
  expect(other).toMatchObject({ status: 409, body: { error: { code: 'IDEMPOTENCY_CONFLICT' } } });
  expect((await post(channelId, { messageId: 'm1', author_id: newId() })).status).toBe(201);
  const metadata = { client_message_id: 'm2' };
  const twice = [await post(channelId, { metadata }), await post(channelId, { metadata })];
  expect(twice[0]!.body).toEqual(twice[1]!.body);
  expect(await contents(channelId)).toHaveLength(3);
});

it('deletes a message, also one that is not there, and clears a channel', async () => {
  const channelId = await newChannel();
  const { body } = await post(channelId, { content: 'a' });
  await post(channelId, { content: 'b' });
  await post(channelId, { content: 'c' });
  const elsewhere = await newChannel();
  await client.messaging.deleteMessage(elsewhere, body.userMessage.id);
  expect(await contents(channelId)).toEqual(['c', 'b', 'a']);
  expect(await client.messaging.deleteMessage(channelId as never, body.userMessage.id)).toEqual({ success: true });
  expect((await gateway.call('DELETE', `${pathOf(channelId)}/${body.userMessage.id}`)).status).toBe(204);
  expect(await contents(channelId)).toEqual(['c', 'b']);
  expect(await client.messaging.clearChannelHistory(channelId as never)).toEqual({ success: true });
  expect(await contents(channelId)).toEqual([]);
  const unknown = await gateway.call('DELETE', pathOf(newId()));
  expect(unknown).toMatchObject({ status: 404, body: { error: { code: 'CHANNEL_NOT_FOUND' } } });
});
