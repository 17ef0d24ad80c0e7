import { createServer, request as ask, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newId } from '@app/contracts';
import { until } from '@app/testing';
import { TestGateway } from './support.js';

/** A media-service as the gateway meets it: it answers what the test says. */
let media: Server;
let answer: (request: IncomingMessage, respond: ServerResponse) => void;
let gateway: TestGateway;

beforeAll(async () => {
  media = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1');
  await new Promise((resolve) => media.once('listening', resolve));
  const { port } = media.address() as AddressInfo;
  gateway = await TestGateway.start({ MEDIA_URL: `http://127.0.0.1:${port}` });
});
afterAll(async () => {
  await gateway.close();
  media.closeAllConnections();
  media.close();
});

const file = `/media/uploads/agents/${newId()}/1-2.png`;

test.each([
  ['GET', file],
  ['HEAD', file],
  ['POST', `/api/media/agents/${newId()}/upload-media`],
  ['POST', `/api/messaging/channels/${newId()}/upload-media`],
  ['POST', '/api/audio/transcriptions'],
])('%s %s goes to the media-service, with its answer and headers', async (method, path) => {
  answer = (request, response) =>
    response
      .writeHead(418, { 'content-security-policy': 'sandbox', 'x-seen': `${request.method} ${request.url}` })
      .end('short');
  const reply = await gateway.send(`${path}?sig=a.b`, { method });
  expect(reply).toMatchObject({ status: 418, text: method === 'HEAD' ? '' : 'short' });
  expect(reply.headers.get('content-security-policy')).toBe('sandbox');
  expect(reply.headers.get('x-seen')).toBe(`${method} ${path}?sig=a.b`);
});

test('what is not of files stays here', async () => {
  answer = () => {
    throw new Error('asked');
  };
  expect((await gateway.call('GET', '/api/agents')).status).toBe(200);
  expect((await gateway.call('GET', '/mediators')).status).toBe(404);
});

test('the caller is passed on, and what speaks of one connection only is not', async () => {
  let headers: IncomingMessage['headers'] = {};
  answer = (request, response) => {
    headers = request.headers;
    response.end();
  };
  await gateway.send(file, { headers: { 'x-api-key': 'k', authorization: 'Bearer t', te: 'trailers' } });
  expect(headers).toMatchObject({ 'x-api-key': 'k', authorization: 'Bearer t', connection: 'close' });
  expect(headers.te).toBeUndefined();
  expect(headers['x-request-id']).toBeDefined();
});

test('a body goes on piece by piece, and no faster than it is taken', async () => {
  let taking: IncomingMessage | undefined;
  answer = (request) => {
    taking = request; // and reads nothing
  };
  const sent = ask(`${gateway.url}/api/media/agents/${newId()}/upload-media`, { method: 'POST' });
  sent.on('error', () => undefined);
  sent.write('first');
  await until('the first piece is on its way', () => taking);
  const piece = Buffer.alloc(1024 * 1024);
  let written = 0;
  while (sent.write(piece) || sent.writableLength < 4 * piece.length) {
    if (++written > 200) throw new Error('The gateway takes everything, though nobody reads it');
    await new Promise(setImmediate);
  }
  expect(written).toBeLessThan(60);
  let got = 0;
  taking!.on('data', (chunk: Buffer) => (got += chunk.length));
  await until('what waited goes on when it is read', () => got > 4 * piece.length);
  sent.destroy();
  await until('the request ends there too', () => taking!.destroyed);
});

test('a caller who goes away ends what is sent to him', async () => {
  let closed = false;
  answer = (_, response) => {
    response.on('close', () => (closed = true));
    const more = (): void => {
      while (response.write(Buffer.alloc(65_536)));
      response.once('drain', more);
    };
    more();
  };
  const going = ask(gateway.url + file, (response) => response.once('data', () => going.destroy()));
  going.on('error', () => undefined);
  going.end();
  await until('the answer is broken off', () => closed);
});

test('an answer that comes before the body has ended reaches the caller', async () => {
  answer = (_, response) => response.writeHead(413, { connection: 'close' }).end('too large');
  const sent = ask(`${gateway.url}/api/media/agents/${newId()}/upload-media`, { method: 'POST' });
  sent.on('error', () => undefined);
  const status = new Promise((resolve) => sent.once('response', (response) => resolve(response.statusCode)));
  sent.write(Buffer.alloc(100_000));
  expect(await status).toBe(413);
  sent.destroy();
});

test('without a media-service callers are told to try again', async () => {
  const alone = await TestGateway.start({ MEDIA_URL: 'http://127.0.0.1:1' }, gateway);
  const reply = await alone.send(file, {});
  expect(reply).toMatchObject({ status: 503, body: { success: false, error: { code: 'UNAVAILABLE' } } });
  expect(reply.headers.get('retry-after')).toBe('1');
  await alone.close();
});
