import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TestGateway } from './support.js';

let plain: TestGateway;
let production: TestGateway;
let silent: TestGateway;
const folder = mkdtempSync(path.join(tmpdir(), 'ui-'));

beforeAll(async () => {
  mkdirSync(path.join(folder, 'assets'));
  writeFileSync(path.join(folder, 'index.html'), '<title>UI</title>');
  writeFileSync(path.join(folder, 'assets', 'app-1.js'), 'let a');
  writeFileSync(path.join(path.dirname(folder), 'outside.txt'), 'outside');
  plain = await TestGateway.start();
  production = await TestGateway.start(
    {
      NODE_ENV: 'production',
      OPEN_ACCESS: 'everybody',
      ELIZA_UI_DIR: folder,
      CORS_ORIGIN: 'https://a.example, https://b.example',
      API_CORS_ORIGIN: 'https://api.example',
    },
    plain,
  );
  silent = await TestGateway.start({ ELIZA_UI_ENABLE: 'false', ELIZA_UI_DIR: folder }, plain);
});
afterAll(async () => {
  await silent.close();
  await production.close();
  await plain.close();
  rmSync(folder, { recursive: true });
});

const page = (gateway: TestGateway, at: string): ReturnType<TestGateway['send']> => gateway.send(at, { method: 'GET' });

it('serves the web UI, and its index for every page it draws itself', async () => {
  for (const at of ['/', '/chat/some-id', '/settings/', '/group/new?x=1', '/assets/missing']) {
    expect(await page(production, at)).toMatchObject({ status: 200, text: '<title>UI</title>' });
  }
  const script = await page(production, '/assets/app-1.js');
  expect(script).toMatchObject({ status: 200, text: 'let a' });
  expect(script.headers.get('cache-control')).toContain('immutable');
  expect((await page(production, '/')).headers.get('cache-control')).toBe('no-cache');
  for (const at of ['/..%2foutside.txt', '/%2e%2e/outside.txt']) {
    expect((await page(production, at)).text).not.toContain('outside');
  }
});

it('leaves everything that has routes of its own to them', async () => {
  expect((await page(production, '/api/agents')).status).toBe(200);
  expect((await page(production, '/healthz')).body).toMatchObject({ status: 'ok' });
  for (const at of ['/api/nothing', '/media/nothing', '/api']) {
    expect(await page(production, at)).toMatchObject({ status: 404, body: { success: false } });
  }
  expect((await production.call('POST', '/chat', {})).status).toBe(404);
});

it('refuses pages when the web UI is off, and has none without a folder', async () => {
  expect(await page(silent, '/')).toMatchObject({ status: 403, body: { error: { code: 'FORBIDDEN' } } });
  expect((await page(silent, '/api/agents')).status).toBe(200);
  expect((await page(silent, '/healthz')).status).toBe(200);
  expect(await page(plain, '/')).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND' } } });
});

it('demands HTTPS under /api, elsewhere only in production, and narrows what pages may load there', async () => {
  const hsts = 'max-age=31536000; includeSubDomains';
  for (const [gateway, at, expected] of [
    [plain, '/api/agents', hsts],
    [plain, '/healthz', null],
    [production, '/api/agents', hsts],
    [production, '/', hsts],
  ] as const) {
    expect((await page(gateway, at)).headers.get('strict-transport-security')).toBe(expected);
  }
  const policy = async (gateway: TestGateway): Promise<string> =>
    (await page(gateway, '/healthz')).headers.get('content-security-policy')!;
  expect(await policy(plain)).toContain("style-src 'self' 'unsafe-inline' https: http:");
  expect(await policy(production)).toContain("style-src 'self' 'unsafe-inline' https:;");
  expect(await policy(production)).toContain("frame-src 'self';");
  const api = (await page(plain, '/api/agents')).headers;
  expect(api.get('referrer-policy')).toBe('no-referrer');
  expect(api.get('x-frame-options')).toBe('SAMEORIGIN');
  expect((await page(plain, '/healthz')).headers.get('referrer-policy')).toBe('no-referrer-when-downgrade');
});

it('lets browsers call from the origins that are named, /api from its own', async () => {
  const allowed = async (gateway: TestGateway, at: string, origin: string): Promise<string | null> =>
    (await gateway.send(at, { method: 'GET', headers: { origin } })).headers.get('access-control-allow-origin');
  expect(await allowed(plain, '/api/agents', 'https://any.example')).toBe('https://any.example');
  expect(await allowed(production, '/api/agents', 'https://api.example')).toBe('https://api.example');
  expect(await allowed(production, '/api/agents', 'https://a.example')).toBeNull();
  expect(await allowed(production, '/healthz', 'https://b.example')).toBe('https://b.example');
  expect(await allowed(production, '/healthz', 'https://evil.example')).toBeNull();
});

it('does not start with a folder that holds no web UI', async () => {
  await expect(TestGateway.start({ ELIZA_UI_DIR: path.join(folder, 'assets') }, plain)).rejects.toThrow('index.html');
});
