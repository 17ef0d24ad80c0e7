import { DEFAULT_MESSAGE_SERVER_ID, DEFAULT_TENANT_ID, newId } from '@app/contracts';
import { makeChannel } from '@app/testing';
import { TestGateway, type Reply } from './support.js';

let gateway: TestGateway;
let path: string;

beforeAll(async () => {
  gateway = await TestGateway.start();
  path = `/api/messaging/channels/${await makeChannel(gateway.db.database, DEFAULT_TENANT_ID)}/messages`;
});
afterAll(() => gateway.close());

const json = { 'content-type': 'application/json' };
const TABLES = ['messages', 'channels', 'channel_events', 'channel_participants', 'turns', 'agents'];

/** Makes sure that a request is refused in the uniform shape, and that nothing came of it. */
async function expectRefusal(request: () => Promise<Reply>, status: number, code: string): Promise<void> {
  const counts = (): Promise<number[]> => Promise.all(TABLES.map((table) => gateway.count(table)));
  const before = await counts();
  const reply = await request();
  const { error, ...rest } = reply.body;
  expect([reply.status, error.code]).toEqual([status, code]);
  expect(rest).toEqual({ success: false });
  expect(error.message).toEqual(expect.any(String));
  expect(error.requestId).toBe(reply.headers.get('x-request-id'));
  expect(reply.text).not.toMatch(/at .*\.(ts|js):\d+/);
  expect(await counts()).toEqual(before);
}

function message(more: object = {}): object {
  return { author_id: newId(), content: 'hello', message_server_id: DEFAULT_MESSAGE_SERVER_ID, ...more };
}

it.each([
  ['a wrong author', { author_id: 'nope' }],
  ['no content', { content: undefined }],
  ['empty content', { content: '' }],
  ['blank content', { content: ' \n\t' }],
  ['content that is an object', { content: { text: 'x' } }],
  ['content that is too long', { content: 'x'.repeat(100_001) }],
  ['a wrong message server', { message_server_id: 'nope' }],
  ['a wrong message to reply to', { in_reply_to_message_id: 'nope' }],
  ['metadata that are a text', { metadata: 'x' }],
  ['metadata with a constructor', { metadata: { constructor: 'x' } }],
  ['a raw message that is a list', { raw_message: [] }],
  ['a message id that is a number', { messageId: 5 }],
  ['a NUL in its content', { content: 'a\0b' }],
  ['half a character in its metadata', { metadata: { a: ['\ud83d'] } }],
  ['half a character in a key', { metadata: { '\udc00': 1 } }],
])('refuses a message with %s', async (_, fault) => {
  await expectRefusal(() => gateway.call('POST', path, message(fault)), 400, 'VALIDATION_ERROR');
});

it.each([100, 500_000])('refuses a message nested %i levels deep', async (depth) => {
  const metadata = '['.repeat(depth) + ']'.repeat(depth);
  const body = JSON.stringify(message({ metadata: { a: 0 } })).replace('"a":0', () => `"a":${metadata}`);
  await expectRefusal(() => gateway.send(path, { method: 'POST', headers: json, body }), 400, 'VALIDATION_ERROR');
});

it('takes whole characters of every kind', async () => {
  const content = '😀 𝄞 \u0001 ﷽ \u202e';
  const reply = await gateway.call('POST', path, message({ content, metadata: { '😀': content } }));
  expect(reply).toMatchObject({ status: 201, body: { userMessage: { content } } });
});

it.each([
  ['constructor', 400, 'INVALID_TRANSPORT'],
  ['pigeon', 400, 'INVALID_TRANSPORT'],
  ['', 400, 'INVALID_TRANSPORT'],
  [5, 400, 'INVALID_TRANSPORT'],
  [{ toString: 'x' }, 400, 'INVALID_TRANSPORT'],
])('refuses the transport %j', async (transport, status, code) => {
  await expectRefusal(() => gateway.call('POST', path, message({ transport })), status, code);
  await expectRefusal(() => gateway.call('POST', path, message({ mode: transport })), status, code);
});

it('refuses a body of 3 MB', async () => {
  const body = message({ metadata: { a: 'x'.repeat(3_000_000) } });
  await expectRefusal(() => gateway.call('POST', path, body), 413, 'PAYLOAD_TOO_LARGE');
});

it.each(['{"a":', 'hello', '"text"', 'null', '{"a":1}}'])('refuses the malformed body %s', async (body) => {
  await expectRefusal(() => gateway.send(path, { method: 'POST', headers: json, body }), 400, 'INVALID_JSON');
});

it('refuses a list, and no body at all', async () => {
  await expectRefusal(() => gateway.call('POST', path, []), 400, 'VALIDATION_ERROR');
  await expectRefusal(() => gateway.call('POST', path), 400, 'VALIDATION_ERROR');
  await expectRefusal(() => gateway.call('POST', '/api/messaging/channels', [1]), 400, 'VALIDATION_ERROR');
});

it('refuses a body of another type', async () => {
  const body = JSON.stringify(message());
  for (const type of ['text/plain', 'application/xml', 'application/octet-stream']) {
    const request = () => gateway.send(path, { method: 'POST', headers: { 'content-type': type }, body });
    await expectRefusal(request, 400, 'INVALID_CONTENT_TYPE');
  }
});

it('refuses a body in a charset or an encoding it does not know', async () => {
  const body = JSON.stringify(message());
  for (const headers of [
    { 'content-type': 'application/json; charset=klingon' },
    { ...json, 'content-encoding': 'x' },
  ]) {
    const reply = await gateway.send(path, { method: 'POST', headers, body });
    expect(reply).toMatchObject({
      status: expect.any(Number),
      body: { success: false, error: { code: expect.any(String) } },
    });
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.status).toBeLessThan(500);
  }
});

it('does not know other endpoints', async () => {
  const get = (where: string) => () => gateway.call('GET', where);
  for (const where of ['/api/nope', '/api/messaging/servers', '/api/agents/x/y/z', '/nope']) {
    await expectRefusal(get(where), 404, 'NOT_FOUND');
  }
  expect((await gateway.call('GET', '/api/nope')).body.error.message).toBe('API endpoint not found');
});

it('refuses lists in the place of what a list is made of', async () => {
  await expectRefusal(() => gateway.call('POST', '/api/server/logs', { logs: [[]] }), 400, 'VALIDATION_ERROR');
  const outside = '/api/messaging/ingest-external';
  await expectRefusal(() => gateway.call('POST', outside, { messages: [[]] }), 400, 'VALIDATION_ERROR');
});

it('refuses a query that nothing can be looked up by', async () => {
  for (const query of ['query=a%00b', '__proto__=1', 'other%00=1']) {
    await expectRefusal(() => gateway.call('GET', `/api/messaging/messages/search?${query}`), 400, 'VALIDATION_ERROR');
  }
});

it('refuses an object in place of a number, whatever its methods are', async () => {
  const asked = { query: 'x', limit: { toString: 1, valueOf: 'x' } };
  await expectRefusal(() => gateway.call('POST', '/api/messaging/messages/search', asked), 400, 'VALIDATION_ERROR');
});

it('refuses a path that cannot be read', async () => {
  await expectRefusal(() => gateway.send('/api/agents/%E0%A4%A', { method: 'GET' }), 400, 'BAD_REQUEST');
});

it('takes the name of a request from its caller only when it is harmless', async () => {
  const named = await gateway.call('GET', '/api/nope', undefined, { 'x-request-id': 'mine-1' });
  expect(named.body.error.requestId).toBe('mine-1');
  const harmful = await gateway.call('GET', '/api/nope', undefined, { 'x-request-id': '<script>' });
  expect(harmful.body.error.requestId).toMatch(/^[\w-]{36}$/);
});

it('lives on after all that, and none of it was our fault', async () => {
  expect((await gateway.call('GET', '/healthz')).status).toBe(200);
  const faults = gateway.logs.filter((line) => (JSON.parse(line) as { level: number }).level >= 50);
  expect(faults).toEqual([]);
});
