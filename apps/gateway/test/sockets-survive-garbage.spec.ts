import { DEFAULT_MESSAGE_SERVER_ID, DEFAULT_TENANT_ID, newId } from '@app/contracts';
import { makeChannel } from '@app/testing';
import { TestGateway, type Listener } from './support.js';

const USER = newId();

let gateway: TestGateway;
let channelId: string;
let listener: Listener;

beforeAll(async () => {
  gateway = await TestGateway.start();
  channelId = await makeChannel(gateway.db.database, DEFAULT_TENANT_ID);
});
beforeEach(async () => {
  listener = await gateway.connect(USER);
});
afterAll(() => gateway.close());

function send(more: object = {}): object {
  return { channelId, messageServerId: DEFAULT_MESSAGE_SERVER_ID, senderId: USER, message: 'hello', ...more };
}

it.each([
  ['none', {}],
  ['no uuid', { entityId: 'nope' }],
  ['a number', { entityId: 5 }],
  ['an object', { entityId: { toString: 'x' } }],
])('refuses a handshake whose entityId is %s', async (_, auth) => {
  expect(await gateway.dial(auth).next('connect_error')).toBe('Valid entityId required');
});

it.each(['websocket', 'polling'])('greets a socket over %s', async (transport) => {
  const greeted = gateway.dial({ entityId: USER }, { transports: [transport] });
  expect(await greeted.next('authenticated')).toEqual({ entityId: USER, timestamp: expect.any(Number) });
  expect(await greeted.next('connection_established')).toEqual({
    message: expect.any(String),
    socketId: greeted.socket.id,
  });
});

it('joins and sends by event number, and acknowledges after broadcasting', async () => {
  const fresh = await makeChannel(gateway.db.database, DEFAULT_TENANT_ID);
  listener.socket.emit('1', { roomId: fresh, agentId: USER });
  const joined = { message: expect.stringContaining(fresh), channelId: fresh, roomId: fresh, agentId: USER, seq: 0 };
  expect(await listener.next('channel_joined')).toEqual(joined);
  expect(await listener.next('room_joined')).toEqual(joined);
  listener.socket.emit('2', send({ channelId: undefined, roomId: fresh, messageId: 'c1', senderName: 'Ada' }));
  const ack = await listener.next('messageAck');
  const broadcast = await listener.next('messageBroadcast');
  expect(ack).toEqual({
    clientMessageId: 'c1',
    messageId: broadcast.id,
    status: 'received_by_server_and_processing',
    channelId: fresh,
    roomId: fresh,
    seq: 1,
  });
  expect(broadcast).toMatchObject({ clientMessageId: 'c1', senderName: 'Ada', source: 'socketio_client', seq: 1 });
  const names = listener.heard.map((entry) => entry.event);
  expect(names.indexOf('messageBroadcast')).toBeLessThan(names.indexOf('messageAck'));
});

it.each([
  ['text', 'garbage'],
  ['a number', 5],
  ['null', null],
  ['a list', [1, 2]],
  ['nothing', undefined],
  ['an empty object', {}],
  ['an unknown type', { type: 99, payload: {} }],
  ['a type in words', { type: 'SEND_MESSAGE', payload: {} }],
  ['no payload', { type: 2 }],
  ['a payload that is a text', { type: 2, payload: 'x' }],
  ['a payload that is a list', { type: 1, payload: [] }],
  ['bytes', Buffer.from('garbage')],
])('answers a message that is %s with messageError', async (_, frame) => {
  listener.socket.emit('message', frame);
  expect(await listener.next('messageError')).toMatchObject({
    error: expect.any(String),
    code: expect.stringMatching(/^(VALIDATION_ERROR|UNKNOWN_EVENT)$/),
  });
});

it.each([
  ['an empty text', { message: '' }],
  ['a blank text', { message: '  ' }],
  ['a text that is a number', { message: 5 }],
  ['a text that is too long', { message: 'x'.repeat(100_001) }],
  ['a wrong channel', { channelId: 'nope' }],
  ['a channel that is an object', { channelId: { toString: 1 } }],
  ['a channel that is a list', { channelId: [USER] }],
  ['no sender', { senderId: undefined }],
  ['a wrong sender', { senderId: 'nope' }],
  ['a wrong message server', { messageServerId: 'nope' }],
  ['attachments that are a text', { attachments: 'x' }],
  ['attachments of texts', { attachments: ['x'] }],
  ['metadata that are a list', { metadata: [] }],
  ['metadata with a constructor', { metadata: { constructor: 'x' } }],
  ['metadata very deep', { metadata: { a: JSON.parse('['.repeat(2_000) + ']'.repeat(2_000)) as unknown } }],
  ['a NUL', { message: 'a\0b' }],
  ['half a character', { metadata: { a: '\ud83d' } }],
  ['bytes in its metadata', { metadata: { a: Buffer.from('x') } }],
  ['a message id that is an object', { messageId: { a: 1 } }],
])('answers a send with %s with messageError, and stores nothing', async (_, fault) => {
  const before = [await gateway.count('messages'), await gateway.count('channels')];
  listener.socket.emit('message', { type: 2, payload: send(fault) });
  expect(await listener.next('messageError')).toMatchObject({ code: 'VALIDATION_ERROR' });
  expect([await gateway.count('messages'), await gateway.count('channels')]).toEqual(before);
  expect(listener.all('messageAck')).toEqual([]);
});

it.each([
  ['no channel', {}],
  ['a wrong channel', { channelId: 'nope' }],
  ['a wrong room', { roomId: 'nope' }],
  ['a wrong entity', { channelId: newId(), entityId: 'nope' }],
])('answers a join with %s with messageError', async (_, payload) => {
  listener.socket.emit('message', { type: 1, payload });
  expect(await listener.next('messageError')).toMatchObject({ code: 'VALIDATION_ERROR' });
});

it('does not find a channel of an unknown or unnamed message server', async () => {
  const before = await gateway.count('channels');
  const unknown = newId();
  listener.socket.emit('message', { type: 1, payload: { channelId: unknown } });
  expect(await listener.next('messageError')).toMatchObject({ code: 'CHANNEL_NOT_FOUND', channelId: unknown });
  const other = newId();
  listener.socket.emit('message', {
    type: 2,
    payload: send({ channelId: other, messageServerId: newId(), messageId: 'c' }),
  });
  const refused = await listener.next('messageError', (error) => error.channelId === other);
  expect(refused).toMatchObject({ code: 'CHANNEL_NOT_FOUND', clientMessageId: 'c' });
  expect(await gateway.count('channels')).toBe(before);
});

it('makes an unknown channel of a known message server, with the sender in it', async () => {
  const fresh = newId();
  listener.socket.emit('message', { type: 2, payload: send({ channelId: fresh }) });
  expect(await listener.next('messageAck')).toMatchObject({ channelId: fresh, seq: 1 });
  expect((await gateway.call('GET', `/api/messaging/channels/${fresh}/participants`)).body.data).toEqual([USER]);
});

it('acknowledges a repeated message with the same words, and refuses its id for others', async () => {
  for (let turn = 0; turn < 3; turn++) {
    listener.socket.emit('message', { type: 2, payload: send({ messageId: 'same' }) });
  }
  await listener.next('messageAck', () => listener.all('messageAck').length === 3);
  const [first, ...others] = listener.all('messageAck');
  for (const ack of others) expect(ack).toEqual(first);
  listener.socket.emit('message', { type: 2, payload: send({ messageId: 'same', message: 'other' }) });
  const conflict = { code: 'IDEMPOTENCY_CONFLICT', clientMessageId: 'same', channelId };
  expect(await listener.next('messageError')).toMatchObject(conflict);
  const [row] = await gateway.db.asSuperuser<{ count: string }>(
    `select count(*) from messages where client_message_id = 'same'`,
  );
  expect(Number(row!.count)).toBe(1);
});

it('closes on a frame that is larger than allowed, and lives on', async () => {
  listener.socket.emit('message', { type: 2, payload: send({ message: 'x'.repeat(1_100_000) }) });
  await listener.next('disconnect');
  await gateway.connect();
});

it.each([
  '0{',
  '2["message"',
  '2{}',
  '2[]',
  '2["message",{]',
  '999999999[',
  '51-["x",{"_placeholder":true,"num":7}]',
  'x',
  '\0',
])('lives through %j where a packet of Socket.IO should be', async (garbage) => {
  listener.socket.io.engine.send(garbage);
  const next = await gateway.connect();
  await next.join(channelId);
});

it('lives through a request to a session that is none', async () => {
  const post = await gateway.send('/socket.io/?EIO=4&transport=polling&sid=nope', { method: 'POST', body: 'x' });
  expect(post.status).toBe(400);
});

it('found none of all that to be its own fault', () => {
  expect(gateway.logs.filter((line) => (JSON.parse(line) as { level: number }).level >= 50)).toEqual([]);
});
