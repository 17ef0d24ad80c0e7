import { DEFAULT_TENANT_ID, newId, type TitleJob } from '@app/contracts';
import { makeAgent, makeChannel, setting } from '@app/testing';
import { RedisConnections, TitleConsumer } from '@app/transport';
import { ElizaClient } from '@elizaos/api-client';
import { pino } from 'pino';
import { TestGateway } from './support.js';

const USER = newId();
const SILENT = pino({ level: 'silent' });

let here: TestGateway;
let there: TestGateway;
let client: ElizaClient;
let agentId: string;
let channelId: string;
let redis: RedisConnections;
let worker: TitleConsumer;
let asked: TitleJob[];
let find: (job: TitleJob) => Promise<string | null>;

/** A worker played by the test. */
beforeAll(async () => {
  here = await TestGateway.start({ TITLE_WAIT_MS: '1000' });
  there = await TestGateway.start({ TITLE_WAIT_MS: '1000' }, here);
  client = ElizaClient.create({ baseUrl: there.url });
  agentId = await makeAgent(here.db.database, DEFAULT_TENANT_ID, 'Mocky');
  redis = new RedisConnections({ url: setting('TEST_REDIS_URL'), prefix: here.redisPrefix }, SILENT);
  worker = new TitleConsumer(redis, SILENT, (job) => {
    asked.push(job);
    return find(job);
  });
});
afterAll(async () => {
  await worker.close();
  redis.close();
  await there.close();
  await here.close();
});
beforeEach(async () => {
  asked = [];
  find = () => Promise.resolve('Mock Channel Title');
  channelId = await makeChannel(here.db.database, DEFAULT_TENANT_ID);
});

const path = (query = ''): string => `/api/messaging/channels/${channelId}/generate-title${query}`;

async function say(...contents: string[]): Promise<void> {
  for (const content of contents) {
    await here.call('POST', `/api/messaging/channels/${channelId}/messages`, { content, author_id: USER });
  }
}

it('answers the title a worker finds to the gateway that asked', async () => {
  await say('1', '2', '3', '4');
  const reply = await here.call('POST', path(), { agentId });
  expect(reply.body.data).toEqual({ title: 'Mock Channel Title', channelId });
  find = ({ limit }) => Promise.resolve(`of ${limit}`);
  const both = await Promise.all(
    [here, there].flatMap((one) => [10, 20, 30].map((limit) => one.call('POST', path(`?limit=${limit}`), { agentId }))),
  );
  expect(both.map(({ body }) => body.data.title)).toEqual(['of 10', 'of 20', 'of 30', 'of 10', 'of 20', 'of 30']);
  expect(asked[0]).toMatchObject({ tenantId: DEFAULT_TENANT_ID, channelId, agentId, limit: 50 });
});

it('finds no title for fewer than four messages, and asks nobody', async () => {
  await say('1', '2', '3');
  const { title, reason } = await client.messaging.generateChannelTitle(channelId, agentId);
  expect([title, typeof reason]).toEqual([null, 'string']);
  await say('4');
  expect((await client.messaging.generateChannelTitle(channelId, agentId)).title).toBe('Mock Channel Title');
  const [fourth] = (await client.messaging.getChannelMessages(channelId)).messages;
  const earlier = await here.call('POST', path(`?before=${fourth.created_at}`), { agentId });
  expect(earlier.body.data.title).toBeNull();
  expect(asked).toHaveLength(1);
});

it('says why when there is nothing to name', async () => {
  await say('1', '2', '3', '4');
  find = () => Promise.resolve(null);
  expect(await client.messaging.generateChannelTitle(channelId, agentId)).toMatchObject({
    title: null,
    reason: expect.any(String),
  });
});

it.each([
  ['fails', () => Promise.reject(new Error('on purpose'))],
  ['says nothing', () => new Promise<null>((resolve) => void setTimeout(resolve, 1_200, null))],
])('answers 503 and when to try again while the worker %s', async (_, behaviour) => {
  await say('1', '2', '3', '4');
  find = behaviour;
  const reply = await here.call('POST', path(), { agentId });
  expect(reply).toMatchObject({ status: 503, body: { success: false, error: { code: 'UNAVAILABLE' } } });
  expect(reply.headers.get('retry-after')).toBe('1');
});

it('refuses what it cannot find', async () => {
  await expect(client.messaging.generateChannelTitle(newId(), agentId)).rejects.toMatchObject({
    code: 'CHANNEL_NOT_FOUND',
  });
  await expect(client.messaging.generateChannelTitle(channelId, newId())).rejects.toMatchObject({
    status: 404,
    code: 'NOT_FOUND',
  });
  await expect(client.messaging.generateChannelTitle(channelId)).rejects.toMatchObject({ status: 400 });
  expect((await here.call('POST', path('?limit=0'), { agentId })).status).toBe(400);
});
