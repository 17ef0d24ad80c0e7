import { newId } from '@app/contracts';
import { aKey, aTenant } from '@app/testing';
import { request } from 'node:http';
import { TestGateway } from './support.js';

let open: TestGateway;
let named: TestGateway;
let closed: TestGateway;
let proxied: TestGateway;
let everybody: TestGateway;

beforeAll(async () => {
  open = await TestGateway.start();
  named = await TestGateway.start({ CORS_ORIGIN: 'https://app.example, https://b.example' }, open);
  closed = await TestGateway.start({ OPEN_ACCESS: 'nobody' }, open);
  proxied = await TestGateway.start({ TRUST_PROXY: 'loopback', TENANT_DOMAIN: 'chat.example.com' }, open);
  everybody = await TestGateway.start({ OPEN_ACCESS: 'everybody' }, open);
});
afterAll(async () => {
  for (const gateway of [everybody, proxied, closed, named, open]) await gateway.close();
});

/** What becomes of a call with these headers, `Host` among them. */
async function statusOf(gateway: TestGateway, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const asking = request(`${gateway.url}/api/agents`, { headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    asking.on('error', reject).end();
  });
}

/** Whether a socket gets in with these headers. */
async function connects(gateway: TestGateway, extraHeaders: Record<string, string>, more = {}): Promise<boolean> {
  const socket = gateway.dial({ entityId: newId(), ...more }, { extraHeaders });
  await socket.next('connection_established').catch(() => undefined);
  return socket.all('connection_established').length === 1;
}

const refused = async (gateway: TestGateway, extraHeaders: Record<string, string>): Promise<string> =>
  gateway.dial({ entityId: newId() }, { extraHeaders }).next('connect_error');

it('lets a foreign page open no socket (CSWSH), and no other page than those that are named', async () => {
  expect(await refused(named, { origin: 'https://evil.example' })).toBe('websocket error');
  expect(await refused(named, { origin: 'https://app.example.evil.example' })).toBe('websocket error');
  expect(await refused(named, { origin: 'null' })).toBe('websocket error');
  const polling = await named.send('/socket.io/?EIO=4&transport=polling', {
    ...{ method: 'GET', headers: { origin: 'https://evil.example' } },
  });
  expect(polling.status).toBe(403);
  const { key } = await aKey(open.db.database, await aTenant(open.db.database));
  expect(await connects(named, { origin: 'https://b.example' }, { apiKey: key })).toBe(true);
  expect(await connects(named, { origin: named.url }, { apiKey: key })).toBe(true);
  expect(await connects(named, {}, { apiKey: key })).toBe(true);
});

describe('open on this machine', () => {
  it('is to programs on it, and to pages of its own', async () => {
    expect(await statusOf(open, {})).toBe(200);
    expect(await statusOf(open, { origin: 'http://localhost:5173' })).toBe(200);
    expect(await connects(open, { origin: open.url })).toBe(true);
  });

  it('is not to foreign pages in a browser here, nor to names that were made to lead here', async () => {
    expect(await statusOf(open, { origin: 'https://evil.example' })).toBe(401);
    expect(await statusOf(open, { host: 'rebound.evil.example:3000' })).toBe(401);
    expect(await refused(open, { origin: 'https://evil.example' })).toContain('Invalid or missing API Key');
  });

  it('is not to what a proxy brings that nobody told us of', async () => {
    for (const name of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via']) {
      expect(await statusOf(open, { [name]: '127.0.0.1' })).toBe(401);
      expect(await refused(open, { [name]: '127.0.0.1' })).toContain('Invalid or missing API Key');
    }
  });

  it('follows what a trusted proxy tells, not what its client wrote before it', async () => {
    expect(await statusOf(proxied, { 'x-forwarded-for': '127.0.0.1' })).toBe(200);
    expect(await statusOf(proxied, { 'x-forwarded-for': '203.0.113.9' })).toBe(401);
    expect(await statusOf(proxied, { 'x-forwarded-for': '127.0.0.1, 203.0.113.9' })).toBe(401);
  });

  it('is to nobody, or to everybody, when that is said', async () => {
    expect(await statusOf(closed, {})).toBe(401);
    const { key } = await aKey(open.db.database, await aTenant(open.db.database));
    expect(await statusOf(closed, { 'x-api-key': key })).toBe(200);
    expect(await statusOf(everybody, { 'x-forwarded-for': '203.0.113.9', host: 'any.example' })).toBe(200);
  });
});

it('believes no header that names a tenant', async () => {
  const slug = `t${newId().slice(0, 8)}`;
  const tenant = await aTenant(open.db.database, { slug, hosts: [`${slug}.example`] });
  const { key } = await aKey(open.db.database, tenant);
  const other = await aKey(open.db.database, await aTenant(open.db.database));
  const spoofed = { 'x-forwarded-host': `${slug}.example`, 'x-tenant-id': tenant, 'x-tenant': slug };
  expect(await statusOf(closed, { ...spoofed, 'x-api-key': other.key })).toBe(200);
  expect(await statusOf(closed, { host: `${slug}.example`, 'x-api-key': other.key })).toBe(401);
  expect(await statusOf(closed, { host: `${slug}.example`, 'x-api-key': key })).toBe(200);
  const forwarded = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-host': `${slug}.chat.example.com` };
  expect(await statusOf(proxied, { ...forwarded, 'x-api-key': key })).toBe(200);
  expect(await statusOf(proxied, { ...forwarded, 'x-api-key': other.key })).toBe(401);
});

it('does not start open in production unless somebody says so', async () => {
  const production = { NODE_ENV: 'production' };
  await expect(TestGateway.start(production, open)).rejects.toThrow('OPEN_ACCESS');
  await expect(TestGateway.start({ ...production, ELIZA_SERVER_AUTH_TOKEN: 'a' }, open)).rejects.toThrow('OPEN_ACCESS');
  const locked: Record<string, string>[] = [
    { OPEN_ACCESS: 'nobody' },
    { ELIZA_SERVER_AUTH_TOKEN: 'a', SERVER_API_KEY: 'b' },
  ];
  for (const env of locked) {
    const gateway = await TestGateway.start({ ...production, ...env }, open);
    expect(await statusOf(gateway, {})).toBe(401);
    await gateway.close();
  }
});
