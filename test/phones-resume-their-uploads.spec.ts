import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { newId, type CompletedFile, type UploadBegun, type UploadView } from '@app/contracts';
import { Cluster, tcpProxy, until, type TcpProxy } from '@app/testing';

const KEY = 'the-key-of-this-installation';
/** Three parts and a bit. */
const film = Buffer.concat([
  Buffer.from('000000186674797069736f6d0000020069736f6d6d703431', 'hex'),
  randomBytes(16_000_000),
]);

let cluster: Cluster;
let lines: TcpProxy[];

beforeAll(async () => {
  const keys = { ELIZA_SERVER_AUTH_TOKEN: KEY, SERVER_API_KEY: KEY };
  cluster = await Cluster.start({ gateways: 2, workers: 0, media: true, env: keys });
  lines = await Promise.all([1, 2].map((gateway) => tcpProxy(Number(new URL(cluster.url(gateway)).port))));
}, 60_000);
afterAll(async () => {
  await Promise.all(lines.map((line) => line.close()));
  await cluster?.close();
});

/** A phone: it speaks through one line at a time, and takes the other one when that breaks. */
class Phone {
  drops = 0;
  private line = 0;

  get url(): string {
    return `http://127.0.0.1:${lines[this.line % lines.length]!.port}/api/media/uploads`;
  }

  async call<T>(method: string, path: string, body?: object): Promise<T> {
    const headers = { 'x-api-key': KEY, 'content-type': 'application/json', connection: 'close' };
    const answer = await fetch(this.url + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
    return ((await answer.json()) as { data: T }).data;
  }

  /** Sends a part, and loses the line in the middle of it when that is due. */
  async send(id: string, number: number, bytes: Buffer, isDue: boolean): Promise<boolean> {
    try {
      await new Promise<void>((resolve, reject) => {
        const headers = {
          'x-api-key': KEY,
          'content-type': 'application/octet-stream',
          'content-length': bytes.length,
        };
        const sent = request(
          `${this.url}/${id}/parts/${number}`,
          { method: 'PUT', headers, agent: false },
          (answer) => {
            answer.resume();
            if (answer.statusCode === 200) resolve();
            else reject(new Error(`part ${number} was answered ${answer.statusCode}`));
          },
        );
        sent.on('error', reject);
        if (!isDue) sent.end(bytes);
        else sent.write(bytes.subarray(0, bytes.length / 2), () => void delay(50).then(() => this.drop()));
      });
      return true;
    } catch (error) {
      if (!isDue) throw error;
      return false;
    }
  }

  /** All connections of the line break; the next call takes the other one. */
  drop(): void {
    lines[this.line % lines.length]!.unblock();
    this.line += 1;
    this.drops += 1;
  }
}

it('goes on after each of three drops where it was, through any gateway, and arrives as it was sent', async () => {
  const phone = new Phone();
  const about = { name: 'film.mp4', type: 'video/mp4', size: film.length, agentId: newId(), way: 'parts' };
  const { id, partBytes, partCount } = await phone.call<UploadBegun>('POST', '', about);
  const sent: number[] = [];
  const dropsAt = [1, 3];
  await until('every part has arrived', async () => {
    const { parts = [] } = await phone.call<UploadView>('GET', `/${id}`);
    const there = parts.map(({ number }) => number);
    const next = [...Array(partCount).keys()].map((index) => index + 1).find((number) => !there.includes(number));
    if (next === undefined) return true;
    sent.push(next);
    const isDue = dropsAt[0] === next;
    if (isDue) dropsAt.shift();
    await phone.send(id, next, film.subarray((next - 1) * partBytes!, next * partBytes!), isDue);
    return false;
  });
  expect(sent).toEqual([1, 1, 2, 3, 3, 4]);

  // The last drop takes the answer away: what was done is done, and is told again.
  const lost = phone.call<CompletedFile>('POST', `/${id}/complete`, {}).catch(() => undefined);
  await delay(20);
  phone.drop();
  await lost;
  const file = await until('the file is complete', () =>
    phone.call<CompletedFile>('POST', `/${id}/complete`, {}).catch((error: Error) => {
      if (!error.message.includes('UPLOADS_BUSY')) throw error;
      return undefined;
    }),
  );
  expect(phone.drops).toBe(3);

  const shown = await fetch(cluster.url(2) + file.url);
  const bytes = Buffer.from(await shown.arrayBuffer());
  expect(bytes.length).toBe(film.length);
  expect(shown.headers.get('etag')).toBe(`"${createHash('sha256').update(film).digest('hex')}"`);
  expect(bytes.equals(film)).toBe(true);
  cluster.assertAlive();
}, 60_000);
