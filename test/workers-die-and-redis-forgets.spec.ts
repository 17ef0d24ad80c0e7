import { setTimeout as delay } from 'node:timers/promises';
import {
  allAnswered,
  allHeard,
  Cluster,
  conversation,
  faultsOf,
  LONG,
  type OwnRedis,
  ownRedis,
  talk,
} from '@app/testing';
import { Redis } from 'ioredis';

const CHANNELS = LONG ? 50 : 20;
const EACH = LONG ? 40 : 20;
const KILL_EVERY_MS = 2_000;
const LEAST_KILLS = 2;

/** Leases and sweeps of a second, so that what was left behind is found soon. */
const HASTE = {
  TURN_LEASE_MS: '1000',
  SWEEP_INTERVAL_MS: '300',
  TURN_UNCLAIMED_MS: '2000',
  // Whoever is unlucky is killed several times.
  TURN_MAX_ATTEMPTS: '50',
  SCRIPTED_LATENCY_MS: '150',
};

describe(`${CHANNELS * EACH} messages while workers are killed and Redis loses everything`, () => {
  let cluster: Cluster;
  let redis: OwnRedis;

  beforeAll(async () => {
    redis = await ownRedis();
    cluster = await Cluster.start({ redis, env: HASTE });
  }, 60_000);

  afterAll(async () => {
    await cluster?.close();
    await redis?.close();
  });

  it('loses, doubles and mixes up none of them, and answers each of them once', async () => {
    const room = await conversation(cluster, { channels: CHANNELS, senders: 5 });
    const chaos = new Chaos(cluster, redis);
    chaos.start();
    let each = 0;
    const say = async (count: number): Promise<void> => {
      await talk(room, count, `round ${(each += count)}:`);
    };
    await say(EACH / 2);
    await chaos.forget();
    await say(EACH / 2);
    // On a slow machine a worker takes long to come back.
    while (chaos.kills < LEAST_KILLS) await say(1);
    await allAnswered(cluster, room.channels, 180_000);
    await chaos.stop();
    await allHeard(room, 2 * each, 10_000);

    const { agentId, channels, senders, listeners } = room;
    expect(await faultsOf({ cluster, channels, agents: [agentId], senders, listeners, calm: false })).toEqual([]);
    expect(listeners[0]!.all('messageBroadcast')).toHaveLength(2 * CHANNELS * each);
    process.stderr.write(`workers were killed ${chaos.kills} times\n`);
    expect(chaos.kills).toBeGreaterThanOrEqual(LEAST_KILLS);
    cluster.assertAlive();
    for (const client of [...senders, ...listeners]) client.close();
  }, 240_000);
});

/** Kills one worker after the other, and starts it again. */
class Chaos {
  kills = 0;
  private stopped = false;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly cluster: Cluster,
    private readonly redis: OwnRedis,
  ) {}

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  /** Empties Redis. */
  async forget(): Promise<void> {
    const client = new Redis(this.redis.url);
    await client.flushall();
    client.disconnect();
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      await delay(KILL_EVERY_MS);
      const worker = this.cluster.workers[this.kills % this.cluster.workers.length]!;
      this.kills++;
      await worker.restart();
    }
  }
}
