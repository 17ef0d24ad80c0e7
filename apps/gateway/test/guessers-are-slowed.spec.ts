import { newId } from '@app/contracts';
import { PUBLIC_RATE, REFUSED_RATE } from '@app/identity';
import { aKey, aTenant, until } from '@app/testing';
import { TestGateway, type Reply } from './support.js';

const opened: TestGateway[] = [];
afterEach(async () => {
  for (const gateway of opened.splice(0).reverse()) await gateway.close();
});

async function start(env: Record<string, string> = {}, beside?: TestGateway): Promise<TestGateway> {
  const gateway = await TestGateway.start({ RATE_LIMITS: 'on', TRUST_PROXY: 'loopback', ...env }, beside);
  opened.push(gateway);
  return gateway;
}

const from = (address: string) => ({ 'x-forwarded-for': address });
const guess = (gateway: TestGateway, address: string, key = `efk_${newId()}`): Promise<Reply> =>
  gateway.call('GET', '/api/agents', undefined, { ...from(address), 'x-api-key': key });

/** A key as it looks, of a tenant that is there. */
async function realKey(gateway: TestGateway): Promise<string> {
  return (await aKey(gateway.db.database, await aTenant(gateway.db.database))).key;
}

const statusesOf = async (replies: Promise<Reply>[]): Promise<number[]> =>
  (await Promise.all(replies)).map(({ status }) => status);

it('looks at so many wrong keys of an address in a minute, over all gateways, and tells when it looks again', async () => {
  const first = await start({ INSTANCE_NAME: 'first' });
  const second = await start({ INSTANCE_NAME: 'second' }, first);
  const statuses: number[] = [];
  for (let i = 0; i < 2 * REFUSED_RATE.limit; i++) {
    statuses.push((await guess(i % 2 ? first : second, '192.0.2.1')).status);
  }
  const looked = statuses.filter((status) => status === 401).length;
  // A gateway hears of it with the next one it refuses itself.
  expect(looked).toBeGreaterThanOrEqual(REFUSED_RATE.limit);
  expect(looked).toBeLessThanOrEqual(REFUSED_RATE.limit + 3);
  const refused = await guess(first, '192.0.2.1', await realKey(first));
  expect([refused.status, refused.body.error.code]).toEqual([429, 'RATE_LIMIT_EXCEEDED']);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await statusesOf([guess(first, '192.0.2.2', await realKey(first))])).toEqual([200]);
});

it('goes by the address that a trusted proxy tells, and by no other’s word', async () => {
  const trusting = await start();
  const doubting = await start({ TRUST_PROXY: '0' });
  for (let i = 0; i < REFUSED_RATE.limit + 2; i++) {
    await guess(trusting, `192.0.2.${i}`);
    await guess(doubting, `192.0.2.${i}`);
  }
  expect((await guess(trusting, '192.0.2.1')).status).toBe(401);
  expect((await guess(doubting, '192.0.2.99')).status).toBe(429);
});

it('lets in who is believed, however many wrong keys come from beside him', async () => {
  const gateway = await start();
  const key = await realKey(gateway);
  expect((await guess(gateway, '192.0.2.1', key)).status).toBe(200);
  for (let i = 0; i < REFUSED_RATE.limit + 5; i++) await guess(gateway, '192.0.2.1');
  expect((await guess(gateway, '192.0.2.1')).status).toBe(429);
  expect((await guess(gateway, '192.0.2.1', key)).status).toBe(200);
});

it('slows who guesses keys of operators or at sockets as well', async () => {
  const gateway = await start({ OPERATOR_KEY: 'the-key-of-the-operators' });
  for (let i = 0; i < REFUSED_RATE.limit; i++) {
    await gateway.call('GET', '/api/admin/tenants', undefined, {
      ...from('192.0.2.3'),
      'x-operator-key': `wrong-${i}`,
    });
  }
  const right = { ...from('192.0.2.3'), 'x-operator-key': 'the-key-of-the-operators' };
  expect((await gateway.call('GET', '/api/admin/tenants', undefined, right)).status).toBe(429);
  const tries = Array.from({ length: REFUSED_RATE.limit + 5 }, async () => {
    const options = { extraHeaders: from('192.0.2.4') };
    return (await gateway
      .dial({ entityId: newId(), apiKey: `efk_${newId()}` }, options)
      .next('connect_error')) as string;
  });
  await Promise.all(tries);
  const last = gateway.dial({ entityId: newId(), apiKey: `efk_${newId()}` }, { extraHeaders: from('192.0.2.4') });
  expect(await last.next('connect_error')).toMatch(/Too many credentials/);
});

it('remembers what it refused, so that it costs no look into the database', async () => {
  const gateway = await start({ RATE_LIMITS: 'off' });
  const key = (await realKey(gateway)).slice(0, -4) + 'AAAA';
  const looks = async (): Promise<number> => {
    const [row] = await gateway.db.asSuperuser<{ n: number }>(
      `select coalesce(sum(seq_scan + idx_scan), 0)::int as n from pg_stat_user_tables where relname = 'api_keys'`,
    );
    return row!.n;
  };
  expect((await guess(gateway, '192.0.2.5', key)).status).toBe(401);
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  const before = await looks();
  expect(new Set(await statusesOf(Array.from({ length: 40 }, () => guess(gateway, '192.0.2.5', key))))).toEqual(
    new Set([401]),
  );
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  // What is believed is compared all the while; that asks for nothing of a key that nobody believes.
  expect((await looks()) - before).toBeLessThan(10);
});

it('lets everybody ask so often for what is open to everybody, and orchestrators as often as they like', async () => {
  const gateway = await start();
  // So many as nobody sends in a test take too long: here it is three.
  const fewer = jest.replaceProperty(PUBLIC_RATE, 'limit', 3);
  try {
    const ask = () => gateway.call('GET', '/api/system/version', undefined, from('192.0.2.6'));
    const refused = await until('somebody is refused', async () => {
      const reply = await ask();
      return reply.status === 429 && reply;
    });
    expect(refused.body.error.code).toBe('RATE_LIMIT_EXCEEDED');
    expect(refused.headers.get('ratelimit-limit')).toBe('3');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await gateway.call('GET', '/health', undefined, from('192.0.2.6'))).status).toBe(200);
  } finally {
    fewer.restore();
  }
  expect((await gateway.call('GET', '/api/system/version', undefined, from('192.0.2.7'))).status).toBe(200);
  expect((await gateway.call('GET', '/health', undefined, from('192.0.2.6'))).status).toBe(200);
});
