import { createLogger } from '@app/platform';
import { createTenant, Dispatch, MessagePath } from '@app/persistence';
import { newId, type Uuid } from '@app/contracts';
import { Cluster, makeAgent, makeChannel, someMessage, until } from '@app/testing';
import { RedisConnections, TurnQueue } from '@app/transport';

const BACKLOG = 300;
const LANES = 30;
const FIRST = 5;

describe('two tenants at one worker of five slots', () => {
  let cluster: Cluster;
  let redis: RedisConnections;
  let queue: TurnQueue;
  let path: MessagePath;

  beforeAll(async () => {
    cluster = await Cluster.start({
      gateways: 0,
      workers: 1,
      env: { WORKER_SLOTS: '5', SCRIPTED_LATENCY_MS: '200', SWEEP_INTERVAL_MS: '200' },
    });
    const logger = createLogger('test', 'error');
    redis = new RedisConnections(cluster.redis, logger);
    queue = new TurnQueue(redis, logger);
    path = new MessagePath(cluster.database, 8);
  }, 60_000);

  afterAll(async () => {
    await queue?.close();
    redis?.close();
    await cluster?.close();
  });

  /** A tenant with an agent and direct channels to talk to it in. */
  async function tenant(name: string, lanes: number): Promise<{ id: Uuid; channels: Uuid[] }> {
    const id = newId();
    await createTenant(cluster.ownerUrl, { id, name });
    const agent = await makeAgent(cluster.database, id, 'Echo');
    const channels: Uuid[] = [];
    for (let lane = 0; lane < lanes; lane++) {
      channels.push(await makeChannel(cluster.database, id, { participants: [agent] }));
    }
    return { id, channels };
  }

  /** What a gateway does with a message, announcing left out. */
  async function say(tenantId: Uuid, channel: Uuid, text: string): Promise<Uuid> {
    const message = someMessage(channel, { content: text });
    const accepted = await path.accept(tenantId, message);
    if (accepted.outcome !== 'accepted') throw new Error(accepted.outcome);
    await queue.enqueue(tenantId, accepted.releases);
    return message.id;
  }

  async function done(tenantId: Uuid): Promise<number> {
    const sql = `select count(*)::int as done from turns where tenant_id = $1 and state = 'completed'`;
    return (await cluster.sql<{ done: number }>(sql, [tenantId]))[0]!.done;
  }

  it("a tenant's first turns overtake the backlog of another", async () => {
    const busy = await tenant('Busy', LANES);
    const quiet = await tenant('Quiet', FIRST);
    for (let number = 0; number < BACKLOG; number++)
      await say(busy.id, busy.channels[number % LANES]!, `turn ${number}`);
    await until('the backlog was under way', async () => (await done(busy.id)) >= 5);

    const asked = performance.now();
    await Promise.all(quiet.channels.map((channel) => say(quiet.id, channel, 'me too')));
    await until('the first turns were done', async () => (await done(quiet.id)) === FIRST, { every: 20 });
    const took = performance.now() - asked;
    const ahead = await done(busy.id);
    await until('the backlog was done', async () => (await done(busy.id)) === BACKLOG, { ms: 60_000, every: 200 });
    const all = performance.now() - asked;

    process.stderr.write(
      `first turns after ${Math.round(took)} ms, with ${ahead} of ${BACKLOG} of the backlog done; all of it after ${Math.round(all)} ms\n`,
    );
    expect(ahead).toBeLessThan(BACKLOG / 2);
    expect(took).toBeLessThan(3_000);
    cluster.assertAlive();
  }, 120_000);

  it('and both tenants progress side by side when both have a backlog', async () => {
    const tenants = [await tenant('One', 10), await tenant('Two', 10)];
    for (let number = 0; number < 50; number++) {
      for (const { id, channels } of tenants) await say(id, channels[number % 10]!, `turn ${number}`);
    }
    const half = await until('half of it was done', async () => {
      const counts = await Promise.all(tenants.map(({ id }) => done(id)));
      return counts[0]! + counts[1]! >= 50 && counts;
    });
    expect(Math.min(...half)).toBeGreaterThan(15);
    await until('all was done', async () => (await done(tenants[0]!.id)) + (await done(tenants[1]!.id)) === 100, {
      ms: 30_000,
    });
    const dispatch = new Dispatch(cluster.database);
    expect((await dispatch.loads()).filter(({ inFlight, due }) => inFlight + due > 0)).toEqual([]);
  }, 60_000);
});
