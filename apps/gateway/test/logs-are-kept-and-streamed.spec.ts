import { DEFAULT_TENANT_ID, newId } from '@app/contracts';
import { createLogger } from '@app/platform';
import { keepTenantLogs, LogStream, RedisConnections } from '@app/transport';
import { setting } from '@app/testing';
import { ElizaClient } from '@elizaos/api-client';
import { pino } from 'pino';
import { TestGateway } from './support.js';

let here: TestGateway;
let there: TestGateway;
let redis: RedisConnections;
let logs: LogStream;
let client: ElizaClient;

beforeAll(async () => {
  here = await TestGateway.start();
  there = await TestGateway.start({}, here);
  redis = new RedisConnections({ url: setting('TEST_REDIS_URL'), prefix: here.redisPrefix }, pino({ enabled: false }));
  logs = new LogStream(redis);
  client = ElizaClient.create({ baseUrl: there.url });
  await new Promise((resolve) => setTimeout(resolve, 100));
});
afterAll(async () => {
  redis.close();
  await there.close();
  await here.close();
});
beforeEach(async () => {
  await client.server.clearLogs();
});

/** Another process's lines. */
async function write(...lines: { level?: number; msg: string; agentName?: string; agentId?: string }[]): Promise<void> {
  const entries = lines.map((line) => ({ time: Date.now(), level: 30, ...line }));
  expect(await logs.writeNow(DEFAULT_TENANT_ID, entries)).toBe(true);
}

it('streams lines of every process to sockets that asked, and to them alone', async () => {
  const asked = await here.connect();
  const alsoAsked = await there.connect();
  const silent = await there.connect();
  for (const listener of [asked, alsoAsked]) {
    listener.socket.emit('subscribe_logs');
    expect(await listener.next('log_subscription_confirmed')).toEqual({
      subscribed: true,
      message: 'Successfully subscribed to log stream',
    });
  }
  await write({ msg: 'one', agentName: 'Ada' });
  for (const listener of [asked, alsoAsked]) {
    expect(await listener.next('log_stream')).toEqual({
      type: 'log_entry',
      payload: { time: expect.any(Number), level: 30, msg: 'one', agentName: 'Ada' },
    });
  }
  expect(silent.all('log_stream')).toEqual([]);
});

it('filters by agent and by least level, and only for subscribers', async () => {
  const listener = await here.connect();
  listener.socket.emit('update_log_filters', { level: 'info' });
  expect(await listener.next('log_filters_updated')).toEqual({ success: false, error: 'Not subscribed to log stream' });
  listener.socket.emit('subscribe_logs');
  await listener.next('log_subscription_confirmed');
  listener.socket.emit('update_log_filters', { level: 'warn', agentName: 'Ada' });
  expect(await listener.next('log_filters_updated', (told) => told.success)).toEqual({
    success: true,
    filters: { level: 'warn', agentName: 'Ada' },
  });
  await write({ msg: 'too low', agentName: 'Ada' }, { msg: 'of another', agentName: 'Bob', level: 50 });
  await write({ msg: 'wanted', agentName: 'Ada', level: 50 });
  await listener.next('log_stream');
  expect(listener.all('log_stream').map((told) => told.payload.msg)).toEqual(['wanted']);

  for (const nonsense of [null, 'x', { level: 'constructor', agentName: 5 }, { level: 'all', agentName: 'all' }]) {
    listener.socket.emit('update_log_filters', nonsense);
  }
  await listener.next('log_filters_updated', (told) => told.filters?.level === 'all');
  await write({ msg: 'anything', level: 10 });
  await listener.next('log_stream', (told) => told.payload.msg === 'anything');
});

it('stops streaming to a socket that unsubscribes', async () => {
  const listener = await here.connect();
  const other = await here.connect();
  for (const one of [listener, other]) {
    one.socket.emit('subscribe_logs');
    await one.next('log_subscription_confirmed');
  }
  listener.socket.emit('unsubscribe_logs');
  expect(await listener.next('log_subscription_confirmed', (told) => !told.subscribed)).toEqual({
    subscribed: false,
    message: 'Successfully unsubscribed from log stream',
  });
  await write({ msg: 'later' });
  await other.next('log_stream', (told) => told.payload.msg === 'later');
  expect(listener.all('log_stream')).toEqual([]);
});

it('lists, filters, takes and clears lines for the client of ElizaOS, at any gateway', async () => {
  const agentId = newId();
  await write({ msg: 'one', agentName: 'Ada', agentId }, { msg: 'two', level: 50 }, { msg: 'three' });
  const listed = await here.call('GET', '/api/server/logs');
  expect(listed.body).toMatchObject({
    count: 3,
    total: 3,
    requestedLevel: 'all',
    agentName: 'all',
    agentId: 'all',
    levels: ['fatal', 'error', 'warn', 'info', 'log', 'progress', 'success', 'debug', 'trace'],
  });
  expect(listed.body.logs.map((line: { msg: string }) => line.msg)).toEqual(['one', 'two', 'three']);
  expect((await client.system.getGlobalLogs({ level: 'error' })).logs).toMatchObject([{ msg: 'two', level: 50 }]);
  expect((await client.system.getGlobalLogs({ agentName: 'Ada' })).logs).toMatchObject([{ msg: 'one' }]);
  expect((await client.system.getGlobalLogs({ agentId })).logs).toMatchObject([{ msg: 'one' }]);
  const last = await here.call('GET', '/api/server/logs?limit=1&level=&agentName=all&agentId=all');
  expect(last.body).toMatchObject({ count: 1, total: 3, logs: [{ msg: 'three' }] });
  expect((await here.call('GET', `/api/server/logs?since=${Date.now() + 1_000}`)).body.count).toBe(0);

  const metadata = { agentName: 'Ada', key: 'x' };
  await client.server.submitLogs([{ level: 'warn', message: 'from a client', source: 'page', metadata }]);
  const { logs: all } = await client.system.getGlobalLogs({});
  expect(all.at(-1)).toEqual({
    time: expect.any(Number),
    level: 40,
    msg: 'from a client',
    agentName: 'Ada',
    source: 'page',
  });
  expect(await client.system.deleteGlobalLogs()).toEqual({ status: 'success', message: expect.any(String) });
  expect((await client.system.getGlobalLogs({})).logs).toEqual([]);
});

it.each([
  [{ logs: 'x' }],
  [{ logs: [{ message: '' }] }],
  [{ logs: [{ message: 'x', level: 'loud' }] }],
  [{ logs: Array(101).fill({ message: 'x' }) }],
])('refuses lines that are none (%#)', async (body) => {
  expect(await here.call('POST', '/api/server/logs', body)).toMatchObject({
    status: 400,
    body: { success: false, error: { code: 'VALIDATION_ERROR' } },
  });
});

it('keeps what processes log about a tenant, without secrets and stacks, and nothing else', async () => {
  const written = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const logger = createLogger('agent-worker', 'info');
  const end = keepTenantLogs(logger, logs);
  logger.info({ tenantId: DEFAULT_TENANT_ID, agentName: 'Ada', token: 's3cret', err: new Error('inner') }, 'mine');
  logger.child({ tenantId: DEFAULT_TENANT_ID }).warn('a child’s');
  logger.info({ tenantId: newId() }, 'another tenant’s');
  logger.info('nobody’s');
  logger.debug({ tenantId: DEFAULT_TENANT_ID }, 'below the level');
  end();
  logger.info({ tenantId: DEFAULT_TENANT_ID }, 'after the end');
  written.mockRestore();
  await new Promise((resolve) => setTimeout(resolve, 200));
  const { body, text } = await here.call('GET', '/api/server/logs');
  expect(body.logs).toEqual([
    { time: expect.any(Number), level: 30, msg: 'mine', agentName: 'Ada', source: 'agent-worker' },
    { time: expect.any(Number), level: 40, msg: 'a child’s', source: 'agent-worker' },
  ]);
  expect(text).not.toMatch(/s3cret|inner/);
});

it('drops lines and counts them while Redis is away, and answers that the log cannot be reached', async () => {
  const nowhere = new RedisConnections({ url: 'redis://127.0.0.1:1', prefix: 'x' }, pino({ enabled: false }));
  const lost = new LogStream(nowhere);
  for (let line = 0; line < 3_000; line++) lost.write(DEFAULT_TENANT_ID, { time: 0, level: 30, msg: 'x' });
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(lost.dropped).toBe(3_000);
  nowhere.close();
});
