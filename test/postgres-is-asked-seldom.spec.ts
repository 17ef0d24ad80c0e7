import { setTimeout as delay } from 'node:timers/promises';
import {
  Cluster,
  type Conversation,
  conversation,
  countRoundTrips,
  makeChannel,
  type OwnPostgres,
  ownPostgres,
  type RoundTrips,
} from '@app/testing';

const MESSAGES = 40;

describe('how often a process waits for Postgres', () => {
  let postgres: OwnPostgres;
  let cluster: Cluster;
  let room: Conversation;
  /** Of the gateway that people are at, of the one that others listen at, and of the worker. */
  let trips: Record<'sender' | 'listener' | 'worker', RoundTrips>;

  beforeAll(async () => {
    postgres = await ownPostgres();
    const [sender, listener, worker] = await Promise.all([1, 2, 3].map(() => countRoundTrips(postgres.url)));
    trips = { sender: sender!, listener: listener!, worker: worker! };
    cluster = await Cluster.start({
      postgres,
      workers: 1,
      // what is done by the clock is counted beforehand, and is to be little
      env: { SWEEP_INTERVAL_MS: '60000' },
      envOf: {
        'gateway-1': { DATABASE_URL: trips.sender.url },
        'gateway-2': { DATABASE_URL: trips.listener.url },
        'worker-1': { DATABASE_URL: trips.worker.url },
      },
    });
    room = await conversation(cluster, { channels: 1 });
    for (let number = 0; number < 5; number++) await turn(`warm up ${number}`);
  }, 120_000);

  afterAll(async () => {
    await cluster?.close();
    await Promise.all(Object.values(trips ?? {}).map((one) => one.close()));
    await postgres?.close();
  });

  async function turn(text: string): Promise<void> {
    const { messageId } = await room.senders[0]!.send(room.channels[0]!, text);
    await room.listeners[0]!.reply(messageId);
  }

  /** Round trips of each process for one of many pieces of work, without what goes on by the clock. */
  async function perPiece(work: (number: number) => Promise<unknown>): Promise<Record<keyof typeof trips, number>> {
    const names = Object.keys(trips) as (keyof typeof trips)[];
    const take = (): number[] => names.map((name) => trips[name].take());
    const idleMs = 6_000;
    take();
    await delay(idleMs);
    const idle = take().map((count) => count / idleMs);
    const began = performance.now();
    for (let number = 0; number < MESSAGES; number++) await work(number);
    const took = performance.now() - began;
    const each = take().map((count, place) => Math.max(0, count - idle[place]! * took) / MESSAGES);
    return Object.fromEntries(names.map((name, place) => [name, Math.round(each[place]! * 100) / 100])) as never;
  }

  it('once for a message that nobody has to answer', async () => {
    const participants = [room.senders[0]!.entityId];
    const channel = await makeChannel(cluster.database, cluster.tenantId, { type: 'GROUP', participants });
    await room.senders[0]!.send(channel, 'warm up');
    const each = await perPiece((number) => room.senders[0]!.send(channel, `message ${number}`));
    process.stderr.write(`round trips for an accepted message: ${JSON.stringify(each)}\n`);
    expect(each.sender).toBeGreaterThan(0.9);
    expect(each.sender).toBeLessThan(1.3);
    expect(each.worker).toBeLessThan(0.3);
    expect(each.listener).toBeLessThan(0.3);
  }, 60_000);

  it('a few times for a turn', async () => {
    const each = await perPiece((number) => turn(`question ${number}`));
    process.stderr.write(`round trips for an answered turn: ${JSON.stringify(each)}\n`);
    expect(each.sender).toBeGreaterThan(0.9);
    expect(each.sender).toBeLessThan(1.3);
    expect(each.worker).toBeGreaterThan(1.5);
    expect(each.worker).toBeLessThan(3.3);
    expect(each.listener).toBeLessThan(0.3);
  }, 60_000);
});
