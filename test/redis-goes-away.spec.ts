import { setTimeout as delay } from 'node:timers/promises';
import { DEFAULT_TENANT_ID, newId, type Uuid } from '@app/contracts';
import {
  allAnswered,
  allHeard,
  Cluster,
  type Conversation,
  conversation,
  faultsOf,
  FleetClient,
  LONG,
  makeChannel,
  type OwnRedis,
  ownRedis,
  quantiles,
  until,
} from '@app/testing';

const AWAY_MS = LONG ? 12_000 : 5_000;
/** So long after its return everything has to live again. */
const BACK_MS = 5_000;

describe(`Redis is away for ${AWAY_MS / 1_000} s`, () => {
  let cluster: Cluster;
  let redis: OwnRedis;

  beforeAll(async () => {
    redis = await ownRedis();
    cluster = await Cluster.start({ redis, env: { TURN_UNCLAIMED_MS: '2000', SWEEP_INTERVAL_MS: '500' } });
  }, 60_000);

  afterAll(async () => {
    await cluster?.close();
    await redis?.close();
  });

  it('acks, joins and leaves go on; rooms and queues live again soon after its return', async () => {
    const room = await conversation(cluster, { channels: 10, senders: 2, listenersOn: [1, 2] });
    const life = new Life(cluster, room);
    life.start();
    await delay(1_000);
    const before = life.takeAckTimes();

    await redis.stop();
    await delay(AWAY_MS);
    const away = life.takeAckTimes();
    cluster.assertAlive();

    await redis.start();
    const back = performance.now();
    // Pieces of answers go through Redis or nowhere: a channel whose pieces arrive has its rooms and its queue back.
    const alive = new Map<string, number>();
    await until(
      'pieces of answers came through every room',
      async () => {
        room.listeners.forEach((listener, index) => {
          for (const { channelId } of listener.heard.filter(({ at }) => at > back).flatMap(chunk)) {
            const key = `${index} ${channelId}`;
            if (!alive.has(key)) alive.set(key, performance.now() - back);
          }
        });
        return alive.size === room.channels.length * room.listeners.length;
      },
      { ms: 2 * BACK_MS },
    );
    await life.stop();
    await allAnswered(cluster, room.channels, 60_000);
    const { agentId, channels, senders, listeners } = room;
    await allHeard(room, 2 * life.least(), 10_000);
    await delay(500);

    const slowest = Math.round(Math.max(...alive.values()));
    process.stderr.write(
      `acks before ${JSON.stringify(quantiles(before))}, without Redis (${away.length}) ${JSON.stringify(quantiles(away))}; ` +
        `last room alive after ${slowest} ms; ${life.joins} joins and leaves, ` +
        `without Redis ${JSON.stringify(quantiles(life.joinTimes))}\n`,
    );
    expect(await faultsOf({ cluster, channels, agents: [agentId], senders, listeners, calm: false })).toEqual([]);
    expect(slowest).toBeLessThan(BACK_MS);
    expect(life.errors).toEqual([]);
    expect(away.length).toBeGreaterThan(AWAY_MS / 100);
    expect(quantiles(away).p99).toBeLessThan(1_000);
    expect(quantiles(life.joinTimes).p99).toBeLessThan(2_000);
    cluster.assertAlive();
  }, 180_000);

  it('a start without Redis serves, and catches up when it comes', async () => {
    await redis.stop();
    await cluster.gateway(2).restart();
    const channel = await makeChannel(cluster.database, DEFAULT_TENANT_ID, { type: 'GROUP' });
    const clients = await Promise.all([1, 2].map((gateway) => FleetClient.connect(cluster.url(gateway))));
    for (const client of clients) await client.join(channel);
    const ack = await clients[0]!.send(channel, 'is anybody there');
    await clients[1]!.broadcast('the message', ({ id }) => id === ack.messageId, 5_000);
    await redis.start();
    await delay(2_000);
    const sent = performance.now();
    const second = await clients[1]!.send(channel, 'now through Redis');
    await clients[0]!.broadcast('the second message', ({ id }) => id === second.messageId, 5_000);
    expect(performance.now() - sent).toBeLessThan(1_000);
    cluster.assertAlive();
  }, 60_000);
});

function chunk(heard: FleetClient['heard'][number]): { channelId: Uuid }[] {
  return heard.event === 'messageStreamChunk' ? [heard.payload] : [];
}

/** People who send in every channel, and others who come and go, until stopped. */
class Life {
  readonly errors: unknown[] = [];
  readonly joinTimes: number[] = [];
  joins = 0;
  private stopped = false;
  private taken = 0;
  private work: Promise<void>[] = [];

  constructor(
    private readonly cluster: Cluster,
    private readonly room: Conversation,
  ) {}

  start(): void {
    const { channels } = this.room;
    this.work = [...channels.map((channel, index) => this.talk(channel, index)), this.comeAndGo(1), this.comeAndGo(2)];
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.work);
  }

  /** Times of acks since the last call. */
  takeAckTimes(): number[] {
    const acked = this.room.senders.flatMap(({ sent }) => sent).filter(({ ackAt }) => ackAt !== undefined);
    const times = acked.sort((a, b) => a.ackAt! - b.ackAt!).map(({ at, ackAt }) => ackAt! - at);
    const fresh = times.slice(this.taken);
    this.taken = times.length;
    return fresh;
  }

  /** How many messages the quietest channel got. */
  least(): number {
    const sent = this.room.senders.flatMap((sender) => sender.sent);
    return Math.min(
      ...this.room.channels.map((channel) => sent.filter(({ channelId }) => channelId === channel).length),
    );
  }

  private async talk(channel: Uuid, index: number): Promise<void> {
    const sender = this.room.senders[index % this.room.senders.length]!;
    for (let number = 1; !this.stopped; number++) {
      await sender.send(channel, `message ${number}`).catch((error: unknown) => this.errors.push(error));
      await delay(200);
    }
  }

  private async comeAndGo(gateway: number): Promise<void> {
    while (!this.stopped) {
      try {
        const client = await FleetClient.connect(this.cluster.url(gateway), { entityId: newId() });
        const began = performance.now();
        await client.join(this.room.channels[this.joins % this.room.channels.length]!);
        this.joinTimes.push(performance.now() - began);
        this.joins++;
        client.close();
      } catch (error) {
        this.errors.push(error);
      }
      await delay(100);
    }
  }
}
