import http from 'node:http';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';
import { frontDoor } from './front-door.mjs';

/** A gateway with real Socket.IO that says which one it is. */
async function startGateway(name, port = 0) {
  const server = http.createServer((request, response) => {
    if (request.url === '/slow') {
      response.write('first ');
      setTimeout(() => response.end('second'), 100);
      return;
    }
    if (request.url === '/echo') {
      request.pipe(response);
      return;
    }
    response.setHeader('Set-Cookie', ['a=1', 'b=2']);
    response.end(JSON.stringify({ name, url: request.url, headers: request.headers }));
  });
  const sockets = new Server(server);
  sockets.on('connection', (socket) => {
    socket.emit('hello', name);
    socket.on('ask', (text, answer) => answer(`${name} heard ${text}`));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${server.address().port}`;
  return { name, url, close: () => new Promise((resolve) => sockets.close(resolve)) };
}

async function listening(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${server.address().port}`;
}

describe('the front door', () => {
  const gateways = [];
  let door;
  let address;
  let client;

  beforeEach(async () => {
    gateways.splice(0, Infinity, await startGateway('one'), await startGateway('two'), await startGateway('three'));
    door = frontDoor(gateways.map(({ url }) => url));
    address = await listening(door);
  });

  afterEach(async () => {
    client?.close();
    door.closeAllConnections();
    await new Promise((resolve) => door.close(resolve));
    await Promise.all(gateways.map((gateway) => gateway.close()));
  });

  const hello = (options) => {
    client = io(address, { reconnectionDelay: 50, reconnectionDelayMax: 100, ...options });
    return new Promise((resolve) => client.once('hello', resolve));
  };
  // it may have happened before anybody could listen for it
  const upgraded = async () => {
    while (client.io.engine.transport.name !== 'websocket') await delay(10);
  };
  const ask = (text) => client.timeout(3000).emitWithAck('ask', text);

  it('lets requests go around all gateways', async () => {
    const names = [];
    for (let turn = 0; turn < 6; turn += 1) names.push((await (await fetch(address)).json()).name);
    expect(names).toEqual(['one', 'two', 'three', 'one', 'two', 'three']);
  });

  it('keeps a polling session at its gateway without cookies', async () => {
    for (let turn = 0; turn < 4; turn += 1) {
      const name = await hello({ transports: ['polling'], forceNew: true });
      for (const text of ['a', 'b', 'c']) expect(await ask(text)).toBe(`${name} heard ${text}`);
      expect(client.io.engine.transport.name).toBe('polling');
      client.close();
    }
  });

  it('lets polling upgrade to a websocket at the same gateway', async () => {
    const name = await hello({});
    await upgraded();
    expect(client.io.engine.transport.name).toBe('websocket');
    expect(await ask('after')).toBe(`${name} heard after`);
  });

  it.each([[['polling']], [['polling', 'websocket']], [['websocket']]])(
    'brings a client back on another gateway when its own is killed (%j)',
    async (transports) => {
      const name = await hello({ transports });
      if (transports.length > 1) await upgraded();
      const again = new Promise((resolve) => client.once('hello', resolve));
      await gateways.find((gateway) => gateway.name === name).close();
      const other = await again;
      expect(other).not.toBe(name);
      expect(await ask('still there')).toBe(`${other} heard still there`);
    },
  );

  it('follows the cookie when it has forgotten the session', async () => {
    const handshake = await fetch(`${address}/socket.io/?EIO=4&transport=polling`);
    const cookie = handshake.headers.getSetCookie().find((each) => each.startsWith('eliza_gateway='));
    expect(cookie).toMatch(/^eliza_gateway=1; Path=\/; HttpOnly; SameSite=Lax$/);
    const { sid } = JSON.parse((await handshake.text()).slice(1));

    const other = frontDoor(gateways.map(({ url }) => url));
    const fresh = await listening(other);
    await fetch(fresh); // takes the first one's turn
    const poll = `${fresh}/socket.io/?EIO=4&transport=polling&sid=${sid}`;
    const send = { method: 'POST', body: '40' };
    expect((await fetch(poll, { ...send, headers: { cookie: 'x=y; eliza_gateway=1' } })).status).toBe(200);
    expect((await fetch(poll, send)).status).toBe(400);
    other.closeAllConnections();
    other.close();
  });

  it('answers from a living gateway while others are down, bodies included', async () => {
    await gateways[0].close();
    await gateways[2].close();
    for (let turn = 0; turn < 6; turn += 1) {
      const answer = await fetch(`${address}/echo`, { method: 'POST', body: 'x'.repeat(100_000) });
      expect((await answer.text()).length).toBe(100_000);
    }
  });

  it('says in the uniform shape that no gateway can be reached', async () => {
    await Promise.all(gateways.map((gateway) => gateway.close()));
    const answer = await fetch(`${address}/healthz`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ success: false, error: { code: 'SERVICE_UNAVAILABLE' } });
  });

  it('tells the gateway who calls and does not believe what the caller says of himself', async () => {
    const answer = await fetch(`${address}/x?y=%20z`, { headers: { 'x-forwarded-for': '8.8.8.8', 'x-test': 'kept' } });
    const { headers, url } = await answer.json();
    expect(url).toBe('/x?y=%20z');
    expect(headers).toMatchObject({
      host: new URL(address).host,
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': new URL(address).host,
      'x-test': 'kept',
    });
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  it('passes pieces on as they come', async () => {
    const pieces = [];
    const answer = await fetch(`${address}/slow`);
    for await (const piece of answer.body) pieces.push(Buffer.from(piece).toString());
    expect(pieces).toEqual(['first ', 'second']);
  });
});
