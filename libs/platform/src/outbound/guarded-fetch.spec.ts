import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { guardedFetch } from './guarded-fetch.js';
import type { Resolver } from './outbound-target.js';

const NOT_ALLOWED = { name: 'FleetError', code: 'URL_NOT_ALLOWED' };

describe('a server that a tenant names', () => {
  const servers: Server[] = [];
  const seen: { path: string; headers: IncomingHttpHeaders; method: string; body: string }[] = [];

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer((request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        const { url: path = '', headers, method = '' } = request;
        seen.push({ path, headers, method, body: Buffer.concat(pieces).toString() });
        listener(request, response);
      });
    });
    servers.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const redirecting = (status: number, to: () => string) =>
    serve((request, response) => {
      if (request.url === '/to') response.end('arrived');
      else response.writeHead(status, { location: to() }).end();
    });

  beforeEach(() => seen.splice(0));
  afterAll(() => servers.forEach((server) => server.close().closeAllConnections()));

  const fetch = guardedFetch({
    allow: '127.0.0.1',
    resolve: () => Promise.resolve([{ address: '10.0.0.5', family: 4 }]),
  });

  test('is answered to as by fetch', async () => {
    const host = await serve((_, response) => {
      response.writeHead(201, 'Made', { 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'] });
      response.end('{"ok":true}');
    });
    const headers = { authorization: 'Bearer key' };
    const answer = await fetch(`http://${host}/a?b`, { method: 'POST', headers, body: JSON.stringify({ x: 1 }) });
    expect([answer.status, answer.statusText, answer.headers.getSetCookie()]).toEqual([201, 'Made', ['a=1', 'b=2']]);
    expect(await answer.json()).toEqual({ ok: true });
    expect(seen).toMatchObject([
      {
        path: '/a?b',
        method: 'POST',
        body: '{"x":1}',
        headers: { host, authorization: 'Bearer key', 'content-length': '7' },
      },
    ]);
  });

  test('is sent a form with a file', async () => {
    const host = await serve((_, response) => response.end('ok'));
    const form = new FormData();
    form.append('file', new Blob(['sound']), 'a.wav');
    expect(await (await fetch(`http://${host}/`, { method: 'POST', body: form })).text()).toBe('ok');
    expect(seen[0]?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(seen[0]?.body).toContain('filename="a.wav"');
  });

  test('is connected to at the address that was checked, also when its name leads elsewhere by then', async () => {
    const host = await serve((_, response) => response.end('checked'));
    const answers = [['127.0.0.1'], ['10.0.0.1']];
    let asked = 0;
    const rebinding: Resolver = () =>
      Promise.resolve((answers[asked++] ?? []).map((address) => ({ address, family: 4 })));
    const port = host.split(':')[1];
    const fetchRebound = guardedFetch({ allow: '127.0.0.1', resolve: rebinding });
    expect(await (await fetchRebound(`http://rebinding.test:${port}/`)).text()).toBe('checked');
    expect(asked).toBe(1);
    expect(seen[0]?.headers.host).toBe(`rebinding.test:${port}`);
    await expect(fetchRebound(`http://rebinding.test:${port}/`)).rejects.toMatchObject(NOT_ALLOWED);
  });

  test.each([
    ['the credentials of a cloud', 'http://169.254.169.254/latest/meta-data/'],
    ['a private address', 'http://10.0.0.1/'],
    ['a private name', 'http://private.test/'],
    ['a mapped address', 'http://[::ffff:10.0.0.1]/'],
    ['a file', 'file:///etc/passwd'],
    ['a URL with a password', 'http://a:b@public.test/'],
    ['another host by two slashes', '//192.168.0.1/'],
  ])('does not redirect to %s', async (_, location) => {
    const host = await redirecting(302, () => location);
    await expect(fetch(`http://${host}/`)).rejects.toMatchObject(NOT_ALLOWED);
  });

  test('redirects within bounds, and not at all when the caller wants none', async () => {
    const host = await redirecting(302, () => '/to');
    expect(await (await fetch(`http://${host}/`)).text()).toBe('arrived');
    expect((await fetch(`http://${host}/`, { redirect: 'manual' })).status).toBe(302);
    await expect(fetch(`http://${host}/`, { redirect: 'error' })).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' });
    const forever = await redirecting(302, () => '/again');
    seen.splice(0);
    await expect(fetch(`http://${forever}/`)).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' });
    expect(seen).toHaveLength(4);
  });

  test('gets no credentials when another origin redirects to it', async () => {
    const target = await serve((_, response) => response.end('arrived'));
    const host = await redirecting(307, () => `http://${target}/to`);
    const headers = { authorization: 'Bearer key', 'x-api-key': 'key', cookie: 'a=1', accept: 'text/plain' };
    await fetch(`http://${host}/`, { method: 'POST', headers, body: 'text' });
    const { authorization, 'x-api-key': key, cookie, accept } = seen[1]?.headers ?? {};
    expect([authorization, key, cookie, accept]).toEqual([undefined, undefined, undefined, 'text/plain']);
    expect(seen[1]).toMatchObject({ method: 'POST', body: 'text' });
    const same = await redirecting(303, () => '/to');
    await fetch(`http://${same}/`, { method: 'POST', headers, body: 'text' });
    expect(seen[3]).toMatchObject({ method: 'GET', body: '', headers: { authorization: 'Bearer key' } });
  });

  test('may not answer more than is allowed, announced or not', async () => {
    const announced = await serve((_, response) =>
      response.writeHead(200, { 'content-length': 11 }).end('x'.repeat(11)),
    );
    const endless = await serve((_, response) => {
      const more = (): void => void (response.destroyed || (response.write('x'.repeat(65_536)), setImmediate(more)));
      more();
    });
    const tooLarge = { code: 'UPSTREAM_FAILED', message: expect.stringContaining('larger') };
    const small = guardedFetch({ allow: '127.0.0.1', maxBytes: 10 });
    await expect(small(`http://${announced}/`)).rejects.toMatchObject(tooLarge);
    await expect((await fetch(`http://${endless}/`)).text()).rejects.toMatchObject(tooLarge);
  });

  test('may not answer compressed, since nobody asked for it', async () => {
    const host = await serve((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'));
    await expect(fetch(`http://${host}/`)).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' });
    expect(seen[0]?.headers['accept-encoding']).toBe('identity');
  });

  test.each([
    ['its headers are late', { headersMs: 100 }],
    ['it takes too long', { wholeMs: 100 }],
  ])('is given up when %s', async (_, limits) => {
    const host = await serve(() => undefined);
    const hurried = guardedFetch({ allow: '127.0.0.1', ...limits });
    await expect(hurried(`http://${host}/`)).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  });

  test('is given up when it drips', async () => {
    const host = await serve((_, response) => {
      const drip = setInterval(() => response.write('.'), 10);
      response.once('close', () => clearInterval(drip));
    });
    const answer = await guardedFetch({ allow: '127.0.0.1', wholeMs: 150 })(`http://${host}/`);
    await expect(answer.text()).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  });

  test('is given up when its name is never found', async () => {
    const slow = guardedFetch({ resolve: () => new Promise(() => undefined), headersMs: 100 });
    await expect(slow('http://slow.test/')).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  });

  test('loses its connection when the caller goes away', async () => {
    let gone: () => void = () => undefined;
    const left = new Promise<void>((resolve) => (gone = resolve));
    const host = await serve((request, response) => {
      response.once('close', gone);
      if (request.url === '/body') response.write('begun');
    });
    const caller = new AbortController();
    setTimeout(() => caller.abort(new Error('enough')), 50);
    await expect(fetch(`http://${host}/`, { signal: caller.signal })).rejects.toThrow('enough');
    await left;
    const leaves = new Promise<void>((resolve) => (gone = resolve));
    const reader = (await fetch(`http://${host}/body`)).body!.getReader();
    await reader.read();
    await new Promise((go) => setTimeout(go, 20)); // by now it waits for more
    await reader.cancel();
    await leaves;
  });

  test('is not asked for a caller who went away before', async () => {
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(fetch('http://127.0.0.1:1/', { signal })).rejects.toThrow('too late');
    await expect(fetch('http://10.0.0.1/', { signal })).rejects.toThrow('too late');
  });

  test('that breaks off or is away is told by a code, without its address', async () => {
    const broken = await serve((_, response) => response.socket?.destroy());
    await expect(fetch(`http://${broken}/`)).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' });
    const cut = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('x');
      setTimeout(() => response.destroy(), 20);
    });
    await expect((await fetch(`http://${cut}/`)).text()).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' });
    const away = fetch('http://127.0.0.1:1/');
    await expect(away).rejects.toThrow('(ECONNREFUSED)');
    await expect(away).rejects.not.toThrow('127.0.0.1');
  });
});
