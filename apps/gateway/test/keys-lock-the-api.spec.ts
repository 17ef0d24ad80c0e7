import { newId } from '@app/contracts';
import { ElizaClient } from '@elizaos/api-client';
import { TestGateway } from './support.js';

const REST_KEY = 'rest-key-1';
const SOCKET_KEY = 'socket-key-1';

let open: TestGateway;
let locked: TestGateway;

beforeAll(async () => {
  open = await TestGateway.start();
  locked = await TestGateway.start({ ELIZA_SERVER_AUTH_TOKEN: REST_KEY, SERVER_API_KEY: SOCKET_KEY }, open);
});
afterAll(async () => {
  await locked.close();
  await open.close();
});

const CLOSED = [
  ['GET', '/api/agents'],
  ['POST', '/api/agents'],
  ['GET', `/api/agents/${newId()}`],
  ['POST', `/api/agents/${newId()}/start`],
  ['GET', '/api/messaging/message-servers'],
  ['GET', '/api/messaging/message-server/current'],
  ['POST', '/api/messaging/channels'],
  ['GET', `/api/messaging/channels/${newId()}/messages`],
  ['GET', '/api/server/status'],
  ['GET', '/api/server/ping'],
] as const;

it.each(CLOSED)('closes %s %s to callers without the key, and to those with a wrong one', async (method, path) => {
  const before = await open.count('agents');
  const body = method === 'POST' ? { agent: { name: 'Intruder' } } : undefined;
  for (const headers of [{}, { 'x-api-key': 'wrong' }, { 'x-api-key': '' }, { 'x-api-key': SOCKET_KEY }]) {
    const reply = await locked.call(method, path, body, headers as Record<string, string>);
    expect(reply).toMatchObject({ status: 401, body: { success: false, error: { code: 'UNAUTHORIZED' } } });
  }
  expect(await open.count('agents')).toBe(before);
});

it.each(['/healthz', '/health', '/api/system/version', '/api/system/config'])('leaves %s open', async (path) => {
  expect((await locked.call('GET', path)).status).not.toBe(401);
});

it('opens to the client of ElizaOS with the key, and asks for none when none is set', async () => {
  const withKey = ElizaClient.create({ baseUrl: locked.url, apiKey: REST_KEY });
  expect(await withKey.agents.listAgents()).toEqual({ agents: expect.any(Array) });
  const without = ElizaClient.create({ baseUrl: locked.url });
  await expect(without.agents.listAgents()).rejects.toMatchObject({ code: 'UNAUTHORIZED', status: 401 });
  expect(await ElizaClient.create({ baseUrl: open.url }).agents.listAgents()).toEqual({ agents: expect.any(Array) });
});

it('answers a preflight without the key', async () => {
  const headers = { origin: 'https://elsewhere.example', 'access-control-request-method': 'GET' };
  const reply = await locked.send('/api/agents', { method: 'OPTIONS', headers });
  expect(reply.status).toBe(204);
  expect(reply.headers.get('access-control-allow-headers')).toContain('X-Entity-Id');
});

it('lets only sockets with their own key in', async () => {
  for (const apiKey of [undefined, 'wrong', REST_KEY]) {
    const refused = locked.dial({ entityId: newId(), apiKey });
    expect(await refused.next('connect_error')).toBe('Invalid or missing API Key');
  }
  await locked.connect(newId(), { apiKey: SOCKET_KEY });
  const byHeader = locked.dial({ entityId: newId() }, { extraHeaders: { 'x-api-key': SOCKET_KEY } });
  await byHeader.next('connection_established');
});

it('repeats no key in answers or logs', () => {
  for (const text of [...locked.answers, ...locked.logs]) {
    expect(text).not.toContain(REST_KEY);
    expect(text).not.toContain(SOCKET_KEY);
  }
});
