import { createServer, type Server } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DEFAULT_TENANT_ID, MASKED_SECRET } from '@app/contracts';
import { SecretBox, tenantSettingOwner } from '@app/platform';
import { setting } from '@app/testing';
import { ElizaClient } from '@elizaos/api-client';
import { TestGateway } from './support.js';

const OPERATOR_KEY = 'operator-key-1';

let here: TestGateway;
let there: TestGateway;
let client: ElizaClient;
let agent: Server;
const folder = mkdtempSync(path.join(tmpdir(), 'tee-'));
const asked: { path: string; body: Record<string, unknown> }[] = [];

/** Speaks as a dstack guest agent does. */
function guestAgent(socket: string): Promise<Server> {
  const answers: Record<string, (body: Record<string, unknown>) => unknown> = {
    '/GetQuote': ({ report_data }) => ({ quote: 'ab12', event_log: '[]', report_data }),
    '/Info': () => ({ app_id: 'app', instance_id: 'instance', tcb_info: '{}' }),
    '/GetKey': () => ({ key: '01'.repeat(32), signature_chain: ['cd', 'ef'] }),
  };
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString()));
    request.on('end', () => {
      const body = JSON.parse(text);
      asked.push({ path: request.url!, body });
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answers[request.url!]!(body)));
    });
  });
  return new Promise((resolve) => server.listen(socket, () => resolve(server)));
}

beforeAll(async () => {
  const TEE_SOCKET = path.join(folder, 'dstack.sock');
  agent = await guestAgent(TEE_SOCKET);
  here = await TestGateway.start();
  there = await TestGateway.start({ OPERATOR_KEY, TEE_MODE: 'PRODUCTION', TEE_SOCKET }, here);
  client = ElizaClient.create({ baseUrl: here.url });
});
afterAll(async () => {
  await there.close();
  await here.close();
  agent.close();
  rmSync(folder, { recursive: true });
});

it('shows message servers for debugging, also where the client of ElizaOS looks', async () => {
  const { body } = await here.call('GET', '/api/server/debug/servers');
  expect(body).toMatchObject({ success: true, count: 1, servers: [{ name: 'Default Server' }] });
  expect(await client.server.getDebugInfo()).toEqual({ servers: body.servers, count: 1 });
});

it('stops for operators only', async () => {
  const killed = jest.spyOn(process, 'kill').mockReturnValue(true);
  for (const key of [undefined, '', 'wrong']) {
    const headers: Record<string, string> = key === undefined ? {} : { 'x-operator-key': key };
    for (const gateway of [here, there]) {
      const refused = { status: 403, body: { success: false, error: { code: 'FORBIDDEN' } } };
      expect(await gateway.call('POST', '/api/server/stop', undefined, headers)).toMatchObject(refused);
    }
  }
  const none = await here.call('POST', '/api/server/stop', undefined, { 'x-operator-key': OPERATOR_KEY });
  expect(none.status).toBe(403);
  const reply = await there.call('POST', '/api/server/stop', undefined, { 'x-operator-key': OPERATOR_KEY });
  expect(reply).toMatchObject({ status: 200, body: { message: expect.any(String) } });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(killed.mock.calls).toEqual([[process.pid, 'SIGTERM']]);
  killed.mockRestore();
});

describe('the settings of a tenant', () => {
  /** What is stored, opened. */
  async function settings(): Promise<Record<string, string>> {
    const box = new SecretBox(setting('TEST_ENCRYPTION_KEY'));
    const rows = await here.db.asSuperuser<{ name: string; keyId: string; ciphertext: Buffer }>(
      'select name, key_id as "keyId", ciphertext from tenant_settings where tenant_id = $1',
      [DEFAULT_TENANT_ID],
    );
    return Object.fromEntries(
      rows.map(({ name, ...sealed }) => [name, box.open(sealed, tenantSettingOwner(DEFAULT_TENANT_ID, name))]),
    );
  }

  it('are written at one gateway and named at another, sealed in between', async () => {
    expect(await client.system.getEnvironment()).toEqual({});
    const variables = { OPENAI_API_KEY: 'sk-secret-1', RETRIES: '3' };
    expect(await client.system.updateLocalEnvironment({ variables })).toMatchObject({ success: true });
    const reply = await there.call('GET', '/api/system/env/local');
    expect(reply.body).toEqual({ success: true, data: { OPENAI_API_KEY: MASKED_SECRET, RETRIES: MASKED_SECRET } });
    expect(await settings()).toEqual(variables);
    const again = { OPENAI_API_KEY: MASKED_SECRET, RETRIES: '5', UNKNOWN: MASKED_SECRET };
    await there.call('POST', '/api/system/env/local', { content: again });
    expect(await settings()).toEqual({ OPENAI_API_KEY: 'sk-secret-1', RETRIES: '5' });
    expect(reply.headers.get('cache-control')).toBe('no-store');
    const [row] = await here.db.asSuperuser<{ text: string }>(
      `select string_agg(encode(ciphertext, 'escape'), ' ') as text from tenant_settings`,
    );
    expect(row!.text).not.toContain('sk-secret');
    expect(process.env['RETRIES']).toBeUndefined();
    await there.call('POST', '/api/system/env/local', { content: { RETRIES: 4 } });
    expect(await settings()).toEqual({ RETRIES: '4' });
    expect([...here.logs, ...there.logs, ...here.answers, ...there.answers].join()).not.toContain('sk-secret');
  });

  it.each([
    [undefined],
    [{ content: 'x' }],
    [{ content: { 'NO SPACES': 'x' } }],
    [{ content: { A: { b: 1 } } }],
    [{ content: { A: 'x'.repeat(10_001) } }],
    [{ content: Object.fromEntries([...Array(201).keys()].map((n) => [`A${n}`, 'x'])) }],
  ])('are refused when they are none (%#)', async (body) => {
    const before = await client.system.getEnvironment();
    expect((await here.call('POST', '/api/system/env/local', body)).status).toBe(400);
    expect(await client.system.getEnvironment()).toEqual(before);
  });
});

describe('attestation', () => {
  it.each(['quote', 'quote?nonce=ab', 'info', 'key', 'anything/else'])('is not available here: %s', async (end) => {
    const missing = { status: 501, body: { success: false, error: { code: 'TEE_NOT_AVAILABLE' } } };
    expect(await here.call('GET', `/api/tee/${end}`)).toMatchObject(missing);
  });

  it('binds the caller’s nonce into a quote of the guest agent', async () => {
    const { body } = await there.call('GET', '/api/tee/quote?nonce=00FF');
    expect(body).toMatchObject({ success: true, data: { mode: 'PRODUCTION', nonce: '00ff', quote: 'ab12' } });
    expect(asked.at(-1)).toEqual({ path: '/GetQuote', body: { report_data: '00ff' } });
    for (const nonce of ['', 'xyz', 'abc', 'ab'.repeat(65)]) {
      expect((await there.call('GET', `/api/tee/quote?nonce=${nonce}`)).status).toBe(400);
    }
  });

  it('tells what runs, and the public side of a derived key alone', async () => {
    expect((await there.call('GET', '/api/tee/info')).body.data).toMatchObject({ app_id: 'app' });
    const { body, text } = await there.call('GET', '/api/tee/key?path=wallet/1');
    expect(body.data).toMatchObject({
      path: 'wallet/1',
      publicKey: expect.stringMatching(/^0[23][0-9a-f]{64}$/),
      signatureChain: ['cd', 'ef'],
    });
    expect(text).not.toContain('01'.repeat(32));
    expect((await there.call('GET', '/api/tee/nothing')).status).toBe(404);
  });

  it('answers 503 while the guest agent does not', async () => {
    await new Promise((resolve) => agent.close(resolve));
    expect((await there.call('GET', '/api/tee/info')).status).toBe(503);
  });
});
