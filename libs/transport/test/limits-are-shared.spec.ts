import { newId, type Rate } from '@app/contracts';
import { setting } from '@app/testing';
import { pino } from 'pino';
import { RateLimiter, RedisConnections, SocketCensus } from '../src/index.js';

const logger = pino({ level: 'silent' });
const opened: RedisConnections[] = [];
afterAll(() => opened.forEach((redis) => redis.close()));

/** One process's connections to the Redis of an installation of its own. */
async function connections(prefix: string, url = setting('TEST_REDIS_URL')): Promise<RedisConnections> {
  const redis = new RedisConnections({ url, prefix }, logger);
  opened.push(redis);
  return redis;
}

async function ready<T>(make: (redis: RedisConnections) => T, redis: RedisConnections): Promise<T> {
  const made = make(redis);
  await redis.connect('probe', 'patient').ping();
  await new Promise((resolve) => setTimeout(resolve, 20));
  return made;
}

async function limiters(count: number): Promise<RateLimiter[]> {
  const prefix = `t-${newId()}`;
  const each = Array.from({ length: count }, async () =>
    ready((redis) => new RateLimiter(redis, logger), await connections(prefix)),
  );
  return Promise.all(each);
}

describe('rates', () => {
  it('let three gateways give out together what one may, and a twentieth more at most', async () => {
    const gateways = await limiters(3);
    const tenant = newId();
    const rate: Rate = { limit: 200, seconds: 100 };
    const begun = performance.now();
    const verdicts = await Promise.all(
      Array.from({ length: 900 }, (_, i) => gateways[i % 3]!.spend(tenant, [{ name: 'requests', rate }], 1)),
    );
    const allowed = verdicts.filter((verdict) => verdict?.allowed).length;
    const grownBack = ((performance.now() - begun) / 1_000) * (rate.limit / rate.seconds);
    expect(allowed).toBeGreaterThanOrEqual(200);
    expect(allowed).toBeLessThanOrEqual((200 + grownBack) * 1.05);
  });

  it('grow back evenly, and say when the next try may succeed', async () => {
    const [gateway] = await limiters(1);
    const tenant = newId();
    const spend = () => gateway!.spend(tenant, [{ name: 'm', rate: { limit: 5, seconds: 1 } }], 1);
    for (let left = 4; left >= 0; left--) expect(await spend()).toMatchObject({ allowed: true, remaining: left });
    const refused = await spend();
    expect(refused).toMatchObject({ allowed: false, remaining: 0 });
    expect(refused!.retryMs).toBeGreaterThan(0);
    expect(refused!.retryMs).toBeLessThanOrEqual(200);
    await new Promise((resolve) => setTimeout(resolve, refused!.retryMs + 5));
    expect(await spend()).toMatchObject({ allowed: true });
  });

  it('let go on at once whose limit was raised', async () => {
    const [gateway] = await limiters(1);
    const tenant = newId();
    const spend = (rate: Rate) => gateway!.spend(tenant, [{ name: 'm', rate }], 1);
    const tight: Rate = { limit: 1, seconds: 3_600 };
    expect([(await spend(tight))!.allowed, (await spend(tight))!.allowed]).toEqual([true, false]);
    expect(await spend({ limit: 2, seconds: 60 })).toMatchObject({ allowed: true, remaining: 1 });
  });

  it('count against all limits or against none', async () => {
    const [gateway] = await limiters(1);
    const tenant = newId();
    const narrow = { name: 'user:a', rate: { limit: 1, seconds: 60 } };
    const wide = { name: 'all', rate: { limit: 3, seconds: 60 } };
    expect(await gateway!.spend(tenant, [wide, narrow], 1)).toMatchObject({ allowed: true, remaining: 0 });
    expect(await gateway!.spend(tenant, [wide, narrow], 1)).toMatchObject({ allowed: false, rate: narrow.rate });
    expect(await gateway!.spend(tenant, [wide], 1)).toMatchObject({ allowed: true, remaining: 1 });
  });

  it('know nothing of other tenants', async () => {
    const [gateway] = await limiters(1);
    const one = [{ name: 'all', rate: { limit: 1, seconds: 60 } }];
    expect(await gateway!.spend(newId(), one, 1)).toMatchObject({ allowed: true });
    expect(await gateway!.spend(newId(), one, 1)).toMatchObject({ allowed: true });
  });

  it('let reads pass while Redis is away, and give writes their part', async () => {
    const redis = await connections(`t-${newId()}`, 'redis://127.0.0.1:1');
    const alone = new RateLimiter(redis, logger);
    const tenant = newId();
    const some = [{ name: 'all', rate: { limit: 10, seconds: 60 } }];
    for (let i = 0; i < 30; i++) expect(await alone.spend(tenant, some, 'open')).toBeUndefined();
    const verdicts = [];
    for (let i = 0; i < 30; i++) verdicts.push(await alone.spend(tenant, some, 0.5));
    expect(verdicts.filter((verdict) => verdict?.allowed)).toHaveLength(5);
    expect(alone.judgedAlone).toBe(60);
  });
});

describe('sockets', () => {
  const bounds = [
    { name: 'all', most: 4 },
    { name: 'user:a', most: 3 },
  ];

  async function gateways(prefix: string, ...names: string[]): Promise<SocketCensus[]> {
    const each = names.map(async (process) =>
      ready((redis) => new SocketCensus(redis, { process, logger }), await connections(prefix)),
    );
    return Promise.all(each);
  }

  it('are counted over all gateways, in and out', async () => {
    const [a, b] = await gateways(`t-${newId()}`, 'a', 'b');
    const tenant = newId();
    expect(await a!.enter(tenant, bounds)).toBeUndefined();
    expect(await a!.enter(tenant, bounds)).toBeUndefined();
    expect(await b!.enter(tenant, bounds)).toBeUndefined();
    expect(await b!.enter(tenant, bounds)).toEqual(bounds[1]);
    a!.leave(tenant, ['all', 'user:a']);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await b!.enter(tenant, bounds)).toBeUndefined();
    expect(await b!.enter(tenant, [bounds[0]!])).toBeUndefined();
    expect(await b!.enter(tenant, [bounds[0]!])).toEqual(bounds[0]);
    expect(await b!.enter(newId(), bounds)).toBeUndefined();
  });

  it('are never more than allowed, however many come at once', async () => {
    const [a, b] = await gateways(`t-${newId()}`, 'a', 'b');
    const tenant = newId();
    const tries = Array.from({ length: 50 }, (_, i) => (i % 2 ? a! : b!).enter(tenant, [{ name: 'all', most: 20 }]));
    const refused = (await Promise.all(tries)).filter(Boolean);
    expect(50 - refused.length).toBeLessThanOrEqual(20);
    expect(50 - refused.length).toBeGreaterThan(0);
  });

  it('of a gateway that stops are gone, and gateways know how many they are', async () => {
    const [a, b] = await gateways(`t-${newId()}`, 'a', 'b');
    const tenant = newId();
    a!.start();
    b!.start();
    for (let i = 0; i < 4; i++) expect(await a!.enter(tenant, [bounds[0]!])).toBeUndefined();
    expect(await b!.enter(tenant, [bounds[0]!])).toEqual(bounds[0]);
    expect(b!.gateways).toBe(2);
    await a!.stop();
    expect(await b!.enter(tenant, [bounds[0]!])).toBeUndefined();
    await b!.stop();
  });
});
