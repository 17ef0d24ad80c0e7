import { DEFAULT_MESSAGE_SERVER_ID, DEFAULT_TENANT_ID, newId } from '@app/contracts';
import { makeChannel } from '@app/testing';
import { TestGateway, type Listener, type Reply } from './support.js';

const USER = newId();

let here: TestGateway;
let there: TestGateway;
let channelId: string;
let listeners: Listener[];

beforeAll(async () => {
  here = await TestGateway.start();
  there = await TestGateway.start({}, here);
});
afterAll(async () => {
  await there.close();
  await here.close();
});

/** Every test has a channel of its own that a socket on each gateway listens to. */
beforeEach(async () => {
  channelId = await makeChannel(here.db.database, DEFAULT_TENANT_ID, { participants: [USER] });
  listeners = [await here.connect(USER), await there.connect()];
  for (const listener of listeners) await listener.join(channelId);
});

const path = (end = ''): string => `/api/messaging/channels/${channelId}${end}`;

async function post(content: string, more: object = {}): Promise<Reply> {
  const body = { author_id: USER, content, message_server_id: DEFAULT_MESSAGE_SERVER_ID, ...more };
  return here.call('POST', path('/messages'), body);
}

it('tells of a message, on both gateways alike', async () => {
  const metadata = { user_display_name: 'Ada' };
  const { body } = await post('hello', { source_type: 'test', messageId: 'm1', metadata });
  for (const listener of listeners) {
    expect(await listener.next('messageBroadcast')).toEqual({
      id: body.userMessage.id,
      senderId: USER,
      senderName: 'Ada',
      text: 'hello',
      channelId,
      roomId: channelId,
      messageServerId: DEFAULT_MESSAGE_SERVER_ID,
      createdAt: body.userMessage.created_at,
      source: 'test',
      seq: 1,
      clientMessageId: 'm1',
    });
  }
});

it('tells of a repeated message once', async () => {
  await post('hello', { messageId: 'm1' });
  await post('hello', { messageId: 'm1' });
  await post('end');
  for (const listener of listeners) {
    await listener.next('messageBroadcast', (message) => message.text === 'end');
    expect(listener.all('messageBroadcast').map((message) => message.text)).toEqual(['hello', 'end']);
  }
});

it('tells of changes, deletions and clearing in the order they happened', async () => {
  const { body } = await post('one');
  const changed = await there.call('PATCH', path(), { name: 'Renamed', metadata: { a: 1 } });
  await here.call('DELETE', path(`/messages/${body.userMessage.id}`));
  await there.call('DELETE', path('/messages'));
  for (const listener of listeners) {
    await listener.next('channelCleared');
    const told = listener.heard.filter(
      (entry) => typeof entry.payload?.seq === 'number' && !entry.event.includes('joined'),
    );
    expect(told.slice(1)).toEqual([
      { event: 'channelUpdated', payload: { channelId, updates: changed.body.data, seq: 2 } },
      { event: 'messageDeleted', payload: { messageId: body.userMessage.id, channelId, seq: 3 } },
      { event: 'channelCleared', payload: { channelId, seq: 4 } },
    ]);
  }
  expect(changed.body.data).toMatchObject({ name: 'Renamed', metadata: { a: 1 } });
});

it('tells nothing of what changed nothing', async () => {
  await here.call('DELETE', path(`/messages/${newId()}`));
  await here.call('PATCH', path(), { name: 5 });
  await post('');
  await post('end');
  for (const listener of listeners) {
    const { seq } = await listener.next('messageBroadcast');
    expect(seq).toBe(1);
    expect(listener.all('messageDeleted').concat(listener.all('channelUpdated'))).toEqual([]);
  }
});

it('tells once of the end of a channel, and again of what happens in one made anew under its id', async () => {
  await post('one');
  await post('two');
  expect((await there.call('DELETE', path())).status).toBe(204);
  for (const listener of listeners) expect(await listener.next('channelDeleted')).toEqual({ channelId });
  for (const listener of listeners) listener.heard.length = 0;
  for (const listener of listeners) {
    expect(await listener.join(channelId, { messageServerId: DEFAULT_MESSAGE_SERVER_ID })).toMatchObject({ seq: 0 });
  }
  await post('anew');
  for (const listener of listeners) {
    expect(await listener.next('messageBroadcast')).toMatchObject({ text: 'anew', seq: 1 });
    expect(listener.all('channelDeleted')).toEqual([]);
  }
});

it('tells nobody who listens to another channel', async () => {
  const elsewhere = await here.connect();
  await elsewhere.join(await makeChannel(here.db.database, DEFAULT_TENANT_ID));
  await post('private');
  await here.call('PATCH', path(), { name: 'x' });
  for (const listener of listeners) await listener.next('channelUpdated');
  expect(elsewhere.all('messageBroadcast').concat(elsewhere.all('channelUpdated'))).toEqual([]);
});
