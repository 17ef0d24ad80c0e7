import { DEFAULT_MESSAGE_SERVER_ID, DEFAULT_TENANT_ID, newId, SYSTEM_ENTITY_ID } from '@app/contracts';
import { makeAgent, makeChannel } from '@app/testing';
import { ElizaClient } from '@elizaos/api-client';
import { TestGateway, type Listener } from './support.js';

const USER = newId();

let here: TestGateway;
let there: TestGateway;
let client: ElizaClient;
let agentId: string;
let channelId: string;
let listeners: Listener[];

beforeAll(async () => {
  here = await TestGateway.start();
  there = await TestGateway.start({}, here);
  client = ElizaClient.create({ baseUrl: there.url });
  agentId = await makeAgent(here.db.database, DEFAULT_TENANT_ID, 'Mocky');
});
afterAll(async () => {
  await there.close();
  await here.close();
});

/** A channel with an agent, that a socket on each gateway listens to. */
beforeEach(async () => {
  channelId = await makeChannel(here.db.database, DEFAULT_TENANT_ID, { participants: [USER, agentId] });
  listeners = [await here.connect(USER), await there.connect()];
  for (const listener of listeners) await listener.join(channelId);
});

function submission(more: object = {}): object {
  return {
    channel_id: channelId,
    message_server_id: DEFAULT_MESSAGE_SERVER_ID,
    author_id: agentId,
    content: 'submitted',
    source_type: 'agent_response',
    raw_message: { text: 'submitted', thought: 't', actions: ['REPLY'] },
    metadata: { agentName: 'Mocky' },
    ...more,
  };
}

const action = (more: object = {}): object =>
  submission({
    content: 'Executing action: X',
    source_type: 'agent_action',
    raw_message: { actionStatus: 'executing', actions: ['X'] },
    ...more,
  });

async function turns(): Promise<number> {
  const [row] = await here.db.asSuperuser<{ count: string }>('select count(*) from turns where channel_id = $1', [
    channelId,
  ]);
  return Number(row!.count);
}

async function contents(): Promise<string[]> {
  const { messages } = await client.messaging.getChannelMessages(channelId);
  return messages.map((message: { content: string }) => message.content);
}

it('stores and tells what an agent submits, as ElizaOS does, and owes it no answer', async () => {
  const id = newId();
  const reply = await here.call('POST', '/api/messaging/submit', submission({ messageId: id }));
  expect(reply.body.data).toMatchObject({ id, metadata: { agentName: 'Mocky' }, sourceType: 'agent_response', seq: 1 });
  for (const listener of listeners) {
    expect(await listener.next('messageBroadcast')).toEqual({
      id,
      senderId: agentId,
      senderName: 'Mocky',
      text: 'submitted',
      channelId,
      roomId: channelId,
      messageServerId: DEFAULT_MESSAGE_SERVER_ID,
      serverId: DEFAULT_MESSAGE_SERVER_ID,
      createdAt: Date.parse(reply.body.data.createdAt),
      source: 'agent_response',
      thought: 't',
      actions: ['REPLY'],
      seq: 1,
    });
  }
  expect(await turns()).toBe(0);
});

it('takes a submission with the names of the client of ElizaOS', async () => {
  const first = await client.messaging.postMessage(channelId, 'hi');
  const submitted = await client.messaging.submitMessage({
    agentId,
    channelId,
    content: 'x',
    inReplyToMessageId: first.id,
    metadata: { agentName: 'Mocky' },
  });
  expect(submitted).toMatchObject({ channelId, authorId: agentId, inReplyToRootMessageId: first.id });
  expect(await listeners[0]!.next('messageBroadcast', ({ text }) => text === 'x')).toMatchObject({
    senderName: 'Mocky',
    source: 'agent_response',
  });
});

it('stores a submission once, and refuses its id for other words', async () => {
  const body = submission({ messageId: newId() });
  const replies = await Promise.all(
    [here, there, here, there].map((one) => one.call('POST', '/api/messaging/submit', body)),
  );
  expect(replies.map((reply) => reply.status)).toEqual([201, 201, 201, 201]);
  expect(new Set(replies.map((reply) => reply.text)).size).toBe(1);
  const other = await here.call('POST', '/api/messaging/submit', { ...body, content: 'other' });
  expect(other).toMatchObject({ status: 409, body: { error: { code: 'IDEMPOTENCY_CONFLICT' } } });
  await here.call('POST', '/api/messaging/submit', submission({ content: 'end' }));
  for (const listener of listeners) {
    await listener.next('messageBroadcast', ({ text }) => text === 'end');
    expect(listener.all('messageBroadcast')).toHaveLength(2);
  }
});

it('tells of an action and its changes under one id, also to those who missed them', async () => {
  const messageId = newId();
  await here.call('POST', '/api/messaging/action', action({ messageId }));
  const done = { content: 'done', raw_message: { actionStatus: 'completed' }, source_type: 'agent_action' };
  await there.call('PATCH', `/api/messaging/action/${messageId}`, done);
  for (const listener of listeners) {
    await listener.next('messageBroadcast', ({ text }) => text === 'done');
    expect(listener.all('messageBroadcast')).toMatchObject([
      { id: messageId, source: 'agent_action', rawMessage: { actionStatus: 'executing' }, seq: 1 },
      { id: messageId, rawMessage: { actionStatus: 'completed' }, updatedAt: expect.any(Number), seq: 2 },
    ]);
  }
  const unknown = await here.call('PATCH', `/api/messaging/action/${newId()}`, done);
  expect(unknown).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND', message: 'Message not found' } } });
});

it.each(['submit', 'action'])('refuses to %s without a channel or an author, and in no channel', async (route) => {
  const path = `/api/messaging/${route}`;
  const nameless = await here.call('POST', path, submission({ channel_id: null, author_id: null }));
  expect(nameless).toMatchObject({ status: 400, body: { error: { code: 'VALIDATION_ERROR' } } });
  expect(nameless.body.error.message).toBe('Missing required fields: channel_id, author_id');
  const nowhere = await here.call('POST', path, submission({ channel_id: newId() }));
  expect(nowhere).toMatchObject({ status: 404, body: { error: { code: 'CHANNEL_NOT_FOUND' } } });
});

it('takes a message from outside as ElizaOS does, once, and owes it answers', async () => {
  const body = {
    channel_id: channelId,
    message_server_id: DEFAULT_MESSAGE_SERVER_ID,
    author_id: USER,
    author_display_name: 'Ext',
    content: 'from outside',
    source_type: 'ext',
    source_id: 'e1',
  };
  const reply = await here.call('POST', '/api/messaging/ingest-external', body);
  expect(reply.status).toBe(202);
  expect((await there.call('POST', '/api/messaging/ingest-external', body)).body).toEqual(reply.body);
  for (const listener of listeners) {
    expect(await listener.next('messageBroadcast')).toMatchObject({
      id: reply.body.data.messageId,
      senderName: 'Ext',
      source: 'ext',
    });
  }
  expect(await turns()).toBe(1);
  await there.call('POST', '/api/messaging/ingest-external', { ...body, content: 'edited there' });
  expect(await contents()).toEqual(['edited there', 'from outside']);
});

it('takes the messages of a platform with the client of ElizaOS, in their order', async () => {
  const messages = ['a', 'b', 'c'].map((content) => ({
    id: content,
    authorId: '@ada',
    content,
    timestamp: Date.now(),
  }));
  const batch = { platform: 'matrix', channelId, messages };
  expect(await client.messaging.ingestExternalMessages(batch)).toMatchObject({ processed: 3 });
  expect(await client.messaging.ingestExternalMessages(batch)).toMatchObject({ processed: 3 });
  expect(await contents()).toEqual(['c', 'b', 'a']);
  expect(await client.messaging.ingestExternalMessages({ ...batch, messages: [] })).toMatchObject({ processed: 0 });
  const authors = listeners[0]!.all('messageBroadcast').map(({ senderId }) => senderId);
  expect(new Set(authors).size).toBe(1);
  await expect(client.messaging.ingestExternalMessages({ ...batch, channelId: 'nowhere' })).rejects.toMatchObject({
    code: 'CHANNEL_NOT_FOUND',
    status: 404,
  });
  await expect(client.messaging.ingestExternalMessages({ messages })).rejects.toMatchObject({ status: 400 });
});

it('tells that an agent elsewhere is done, behind what it said', async () => {
  const submitted = await client.messaging.submitMessage({ agentId, channelId, content: 'x' });
  const done = { messageId: submitted.id, status: 'completed' };
  expect(await client.messaging.completeMessage(done)).toEqual({ success: true });
  for (const listener of listeners) {
    expect(await listener.next('messageComplete')).toEqual({ channelId, roomId: channelId });
    const order = listener.heard.map(({ event }) => event).filter((event) => /^message(B|C)/.test(event));
    expect(order).toEqual(['messageBroadcast', 'messageComplete']);
  }
  const failed = { messageId: submitted.id, status: 'failed', error: 'No more words' };
  await client.messaging.completeMessage(failed);
  expect(await listeners[0]!.next('messageStreamError')).toEqual({
    messageId: submitted.id,
    channelId,
    agentId,
    error: 'No more words',
  });
  const byAgents = { channel_id: channelId, server_id: DEFAULT_MESSAGE_SERVER_ID };
  expect((await here.call('POST', '/api/messaging/complete', byAgents)).status).toBe(200);
  await expect(client.messaging.completeMessage({ ...done, messageId: newId() })).rejects.toMatchObject({
    status: 404,
  });
  await expect(client.messaging.completeMessage({})).rejects.toMatchObject({ status: 400, code: 'VALIDATION_ERROR' });
});

it('posts with the client of ElizaOS, which names no author: as its entity, or as nobody in particular', async () => {
  const posted = await client.messaging.postMessage(channelId, 'hello', { tags: ['a'] });
  expect(posted).toMatchObject({ content: 'hello', author_id: SYSTEM_ENTITY_ID, metadata: { tags: ['a'] } });
  const body = { content: 'mine' };
  const mine = await here.call('POST', `/api/messaging/channels/${channelId}/messages`, body, { 'x-entity-id': USER });
  expect(mine.body.data.author_id).toBe(USER);
  await expect(client.messaging.postMessage(newId(), 'hello')).rejects.toMatchObject({ code: 'CHANNEL_NOT_FOUND' });
  expect(await turns()).toBe(2);
});

it('joins and speaks by the names of events as by their numbers', async () => {
  const socket = await there.connect(USER);
  socket.socket.emit('ROOM_JOINING', { channelId });
  await socket.next('channel_joined');
  const message = { channelId, messageServerId: DEFAULT_MESSAGE_SERVER_ID, senderId: USER, message: 'by name' };
  socket.socket.emit('SEND_MESSAGE', { ...message, messageId: 'm' });
  expect(await socket.next('messageAck')).toMatchObject({ clientMessageId: 'm' });
  for (const listener of listeners) await listener.next('messageBroadcast', ({ text }) => text === 'by name');
});
