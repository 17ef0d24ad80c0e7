import { randomBytes } from 'node:crypto';
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { DEFAULT_MESSAGE_SERVER_ID, DEFAULT_TENANT_ID, newId, type Uuid } from '@app/contracts';
import { Cluster, FleetClient, makeChannel, until } from '@app/testing';

const TABLES = ['messages', 'channels', 'channel_events', 'channel_participants', 'turns', 'agents'];
const [TEXT, BINARY, CLOSE, PING, CONTINUED, RESERVED] = [0x1, 0x2, 0x8, 0x9, 0x0, 0xb];

describe('wrong input at two gateways', () => {
  let cluster: Cluster;
  let channel: Uuid;
  let witness: FleetClient;

  beforeAll(async () => {
    cluster = await Cluster.start({ gateways: 2, workers: 0 });
    channel = await makeChannel(cluster.database, DEFAULT_TENANT_ID, { type: 'GROUP' });
    witness = await FleetClient.connect(cluster.url(2));
    await witness.join(channel);
  }, 60_000);

  afterAll(async () => {
    witness?.close();
    await cluster?.close();
  });

  /** Nothing came of it, nobody noticed, and everything still works. */
  afterEach(async () => {
    cluster.assertAlive();
    for (const gateway of cluster.gateways) expect(gateway.said('An exception was not caught')).toEqual([]);
    expect(witness.socket.connected).toBe(true);
    const client = await FleetClient.connect(cluster.url(1));
    const ack = await client.send(channel, 'still here');
    await witness.broadcast('a message', ({ id }) => id === ack.messageId);
    client.close();
  });

  async function expectNothingStored(work: () => Promise<void>): Promise<void> {
    const counts = (): Promise<unknown[]> =>
      Promise.all(TABLES.map(async (table) => (await cluster.sql(`select count(*) from ${table}`))[0]));
    const before = await counts();
    await work();
    expect(await counts()).toEqual(before);
  }

  it('frames that are none end their own socket at most', async () => {
    await expectNothingStored(async () => {
      const attacks = [
        randomBytes(2_000),
        Buffer.from('{"type":2}\r\n\r\n'),
        frame(TEXT, '40{}', { masked: false }),
        frame(RESERVED, 'x'),
        frame(CONTINUED, 'nothing before'),
        frame(PING, 'x'.repeat(500)),
        frame(CLOSE, Buffer.from([1])),
        // Says that 2^40 bytes follow, and sends a few.
        Buffer.concat([Buffer.from([0x81, 0xff, 0, 0, 1, 0, 0, 0, 0, 0]), randomBytes(40)]),
        frame(TEXT, Buffer.from([0xff, 0xfe, 0xfd])),
        frame(TEXT, `42["message",{"type":2,"payload":"${'x'.repeat(3_000_000)}"}]`),
      ];
      for (const attack of attacks) {
        const raw = await RawSocket.open(cluster.url(1));
        raw.write(attack);
        expect(await raw.closed(5_000)).toBe(true);
      }
    });
  });

  it('packets that are none store nothing', async () => {
    const asked = JSON.stringify({
      channelId: channel,
      senderId: newId(),
      messageServerId: DEFAULT_MESSAGE_SERVER_ID,
      message: 'never said',
    });
    await expectNothingStored(async () => {
      const packets = [
        '',
        '9',
        '4',
        '42',
        '42[',
        '42["message"',
        '42{}',
        '42[]',
        '42[5]',
        '42[null,{}]',
        '42["disconnect",{}]',
        '42["connect"]',
        '42["__proto__",{"a":1}]',
        '42["constructor"]',
        `42["message",{"type":"__proto__","payload":${asked}}]`,
        `42["message",{"type":3,"payload":${asked}}]`,
        `42/elsewhere,["message",{"type":2,"payload":${asked}}]`,
        `42["message",{"type":2,"payload":{"__proto__":${asked}}}]`,
        `42["message",{"type":2,"payload":${asked.replace('"never said"', '{"toString":1}')}}]`,
        `42["message",{"type":2,"payload":${'['.repeat(50_000)}${']'.repeat(50_000)}}]`,
        `42["message",{"type":2,"payload":{"channelId":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}}]`,
        '451-["message",{"_placeholder":true,"num":0}]',
        '451-["message",{"_placeholder":true,"num":7}]',
        '4599999999-["message"]',
        '43[]',
        '40{"entityId":"again"}',
        '41',
        '1',
      ];
      for (const packet of packets) {
        const raw = await RawSocket.open(cluster.url(1));
        raw.write(frame(TEXT, `40${JSON.stringify({ entityId: newId() })}`));
        await raw.received('40');
        raw.write(frame(TEXT, packet));
        raw.write(frame(BINARY, randomBytes(100)));
        await delay(10);
        raw.destroy();
      }
      await delay(200);
    });
  });

  it('handshakes that are none are refused', async () => {
    await expectNothingStored(async () => {
      for (const opening of ['40', '40{"entityId":"me"}', '40{', '40/elsewhere,{}', `42["message",{"type":1}]`]) {
        const raw = await RawSocket.open(cluster.url(1));
        raw.write(frame(TEXT, opening));
        await delay(10);
        raw.destroy();
      }
      for (const path of [
        '?EIO=4&transport=none',
        '?EIO=9&transport=polling',
        '?EIO=4&transport=polling&sid=none',
        '',
      ]) {
        const response = await fetch(`${cluster.url(1)}/socket.io/${path}`, {
          method: path === '' ? 'PUT' : 'POST',
          body: 'x',
        });
        expect(response.status).toBe(400);
      }
    });
  });

  it('requests that are none are refused in the uniform shape', async () => {
    const path = `/api/messaging/channels/${channel}/messages`;
    await expectNothingStored(async () => {
      const cases: [RequestInit, number, string][] = [
        [{ body: '{"author_id":' }, 400, 'INVALID_JSON'],
        [{ body: `{"content":"${'x'.repeat(3_000_000)}"}` }, 413, 'PAYLOAD_TOO_LARGE'],
        [{ body: '[]' }, 400, 'VALIDATION_ERROR'],
        [{ body: '{"content":" "}' }, 400, 'VALIDATION_ERROR'],
      ];
      for (const gateway of [1, 2]) {
        for (const [request, status, code] of cases) {
          const headers = { 'content-type': 'application/json' };
          const response = await fetch(`${cluster.url(gateway)}${path}`, { method: 'POST', headers, ...request });
          expect(response.status).toBe(status);
          expect(await response.json()).toMatchObject({ success: false, error: { code } });
        }
      }
      const raw = net.connect(Number(new URL(cluster.url(1)).port), '127.0.0.1');
      raw.on('error', () => undefined);
      raw.resume();
      raw.end('POST / HTTP/9\r\n\r\ngarbage');
      await until('the connection ended', () => raw.destroyed, { ms: 10_000 });
    });
  });

  it('a flood on one socket is refused with words, not with memory', async () => {
    const client = await FleetClient.connect(cluster.url(1));
    for (let number = 0; number < 3_000; number++)
      client.emitMessage(channel, `flood ${number}`, { messageId: `f${number}` });
    const answers = (): number => client.all('messageAck').length + client.all('messageError').length;
    await until('every message was answered', () => answers() >= 3_000, { ms: 30_000 });
    for (const { code } of client.all('messageError')) expect(code).toBe('UNAVAILABLE');
    expect(client.all('messageAck').length).toBeGreaterThanOrEqual(1_000);
    client.close();
  }, 60_000);
});

/** A WebSocket as a stranger opens it: the handshake is right, what follows is not. */
class RawSocket {
  private text = '';

  private constructor(private readonly socket: net.Socket) {
    socket.on('error', () => undefined);
    socket.on('data', (data: Buffer) => (this.text += data.toString('latin1')));
  }

  static async open(url: string): Promise<RawSocket> {
    const socket = net.connect(Number(new URL(url).port), '127.0.0.1');
    const raw = new RawSocket(socket);
    socket.write(
      [
        'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
        `Host: ${new URL(url).host}`,
        'Upgrade: websocket',
        'Connection: Upgrade',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
        '\r\n',
      ].join('\r\n'),
    );
    await raw.received('"sid"');
    return raw;
  }

  write(data: Buffer): void {
    this.socket.write(data);
  }

  async received(words: string): Promise<void> {
    await until(`the gateway said ${words}`, () => this.text.includes(words), { ms: 5_000, every: 2 });
  }

  async closed(ms: number): Promise<boolean> {
    this.socket.resume();
    return until('the gateway hung up', () => this.socket.destroyed || this.socket.readableEnded, { ms });
  }

  destroy(): void {
    this.socket.destroy();
  }
}

/** A frame of a client, masked as it has to be. */
function frame(opcode: number, content: string | Buffer, { masked = true } = {}): Buffer {
  const data = Buffer.from(content);
  const size =
    data.length < 126
      ? Buffer.from([data.length])
      : data.length < 65_536
        ? Buffer.from([126, data.length >> 8, data.length & 0xff])
        : Buffer.concat([Buffer.from([127]), eightBytes(data.length)]);
  const head = Buffer.concat([Buffer.from([0x80 | opcode]), size]);
  if (!masked) return Buffer.concat([head, data]);
  head[1]! |= 0x80;
  const mask = randomBytes(4);
  return Buffer.concat([head, mask, data.map((byte, index) => byte ^ mask[index % 4]!)]);
}

function eightBytes(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}
