import { DEFAULT_MESSAGE_SERVER_ID, DEFAULT_TENANT_ID, newId } from '@app/contracts';
import { makeChannel } from '@app/testing';
import { TestGateway, type Listener } from './support.js';

const USER = newId();

let here: TestGateway;
let there: TestGateway;
let channelId: string;

beforeAll(async () => {
  here = await TestGateway.start();
  there = await TestGateway.start({}, here);
});
afterAll(async () => {
  await there.close();
  await here.close();
});
beforeEach(async () => {
  channelId = await makeChannel(here.db.database, DEFAULT_TENANT_ID, { participants: [USER] });
});

async function post(content: string, to = channelId): Promise<void> {
  const body = { author_id: newId(), content, message_server_id: DEFAULT_MESSAGE_SERVER_ID };
  expect((await here.call('POST', `/api/messaging/channels/${to}/messages`, body)).status).toBe(201);
}

/** What a listener heard said, in the order it heard it; as stock clients do, it drops a message that it knows. */
function said(listener: Listener): string[] {
  const messages = new Map(listener.all('messageBroadcast').map((message) => [message.id, message.text as string]));
  return [...messages.values()];
}

const texts = (from: number, to: number): string[] => [...Array(to - from + 1).keys()].map((n) => `m${from + n}`);

/** Comes back as a stock client does: the same socket object, perhaps to another gateway; it joins nothing. */
async function comeBack(listener: Listener, gateway: TestGateway): Promise<void> {
  (listener.socket.io as unknown as { uri: string }).uri = gateway.url;
  listener.socket.connect();
  await listener.next('connection_established', ({ socketId }) => socketId === listener.socket.id);
}

it.each(['the same gateway', 'another gateway'])(
  'lets a client that comes back to %s hear what it missed and what follows, in order',
  async (where) => {
    const listener = await here.connect(USER);
    await listener.join(channelId);
    await post('m1');
    await listener.next('messageBroadcast', (message) => message.text === 'm1');
    listener.socket.io.engine.close();
    await listener.next('disconnect');
    for (const text of texts(2, 151)) await post(text);

    const writing = (async () => {
      for (const text of texts(152, 180)) await post(text);
    })();
    await comeBack(listener, where === 'another gateway' ? there : here);
    await writing;
    await post('end');
    await listener.next('messageBroadcast', (message) => message.text === 'end');
    expect(said(listener)).toEqual([...texts(1, 180), 'end']);
    expect(listener.socket.recovered).toBe(true);
  },
);

it('lets a client that joins again by itself hear everything too, in order', async () => {
  const listener = await here.connect(USER);
  await listener.join(channelId);
  listener.socket.io.engine.close();
  await listener.next('disconnect');
  await post('m1');
  await comeBack(listener, there);
  await listener.join(channelId);
  await post('m2');
  await listener.next('messageBroadcast', (message) => message.text === 'm2');
  expect(said(listener)).toEqual(['m1', 'm2']);
});

it('tells of deletions and clearing that were missed', async () => {
  const listener = await here.connect(USER);
  await listener.join(channelId);
  await post('m1');
  const { id } = await listener.next('messageBroadcast');
  listener.socket.io.engine.close();
  await listener.next('disconnect');
  await here.call('DELETE', `/api/messaging/channels/${channelId}/messages/${id}`);
  await here.call('DELETE', `/api/messaging/channels/${channelId}/messages`);
  await comeBack(listener, there);
  expect(await listener.next('channelCleared')).toMatchObject({ channelId, seq: 3 });
  expect(listener.all('messageDeleted')).toContainEqual({ channelId, messageId: id, seq: 2 });
});

it('lets nobody hear by knowing a session: not another entity, not a fresh page, not a session of nobody', async () => {
  const listener = await here.connect(USER);
  await listener.join(channelId);
  const pid = (listener.socket as unknown as { _pid: string })._pid;
  expect(pid).toMatch(/^[0-9a-f-]{36}$/);
  listener.socket.io.engine.close();
  await listener.next('disconnect');
  await post('missed');
  const others = [
    await there.connect(USER),
    await there.connect(newId(), { pid }),
    await there.connect(USER, { pid: newId() }),
    await there.connect(USER, { pid: '../x', offset: '1' }),
  ];
  const back = await there.connect(USER, { pid });
  await post('end');
  await back.next('messageBroadcast', (message) => message.text === 'end');
  for (const other of others) expect(said(other)).toEqual([]);
});

it('forgets a channel that was deleted meanwhile, and hears the others', async () => {
  const listener = await here.connect(USER);
  const gone = await makeChannel(here.db.database, DEFAULT_TENANT_ID);
  await listener.join(gone);
  await listener.join(channelId);
  listener.socket.io.engine.close();
  await listener.next('disconnect');
  await here.call('DELETE', `/api/messaging/channels/${gone}`);
  await post('m1');
  await comeBack(listener, there);
  await listener.next('messageBroadcast', (message) => message.text === 'm1');
});
