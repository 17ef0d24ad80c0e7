import { setTimeout as delay } from 'node:timers/promises';
import { DEFAULT_MESSAGE_SERVER_ID, newId, type Uuid } from '@app/contracts';
import { Cluster, makeAgent, makeChannel, ownRedis, type OwnRedis } from '@app/testing';
import { Redis } from 'ioredis';

const USER = newId();
const HASTE = { TURN_LEASE_MS: '1000', SWEEP_INTERVAL_MS: '300', TURN_UNCLAIMED_MS: '2000', ANSWER_WAIT_MS: '25000' };

let cluster: Cluster;
let redis: OwnRedis;
let agentId: Uuid;
let channelId: Uuid;

beforeAll(async () => {
  redis = await ownRedis();
  cluster = await Cluster.start({ redis, env: HASTE });
  agentId = await makeAgent(cluster.database, cluster.tenantId, 'Ada');
}, 60_000);
beforeEach(async () => {
  channelId = await makeChannel(cluster.database, cluster.tenantId, { participants: [USER, agentId] });
});
afterAll(async () => {
  await cluster?.close();
  await redis?.close();
});

async function post(gateway: number, content: string, transport: string): Promise<Response> {
  return fetch(`${cluster.url(gateway)}/api/messaging/channels/${channelId}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ author_id: USER, content, message_server_id: DEFAULT_MESSAGE_SERVER_ID, transport }),
  });
}

async function forget(): Promise<void> {
  const client = new Redis(redis.url);
  await client.flushall();
  client.disconnect();
}

/** Ends the worker that runs a turn just now, and answers it. */
async function killTheBusyOne(): Promise<void> {
  for (;;) {
    const [turn] = await cluster.sql<{ worker: string }>(`select worker from turns where state = 'running'`);
    const busy = turn && cluster.workers.find(({ name }) => turn.worker.includes(name));
    if (busy) {
      await busy.restart();
      return;
    }
    await delay(20);
  }
}

it('gives a waiting caller the answer of another worker when the first one was killed', async () => {
  const asked = post(1, '#latency=1500 Hello', 'http');
  await killTheBusyOne();
  const { agentResponse } = (await (await asked).json()) as { agentResponse: { text: string } };
  expect(agentResponse.text).toBe('echo: #latency=1500 Hello');
});

it('gives waiting callers their answers when Redis loses everything', async () => {
  const asked = [post(1, '#latency=1000 One', 'http'), post(2, '#latency=1000 Two', 'http')];
  await delay(500);
  await forget();
  const answers = await Promise.all(asked.map(async (reply) => (await reply).json()));
  expect(answers).toMatchObject([
    { agentResponse: { text: 'echo: #latency=1000 One' } },
    { agentResponse: { text: 'echo: #latency=1000 Two' } },
  ]);
});

it('ends a stream with the whole answer although its worker was killed in the middle', async () => {
  const asked = post(2, 'a b c d e f g h #chunks=8 #tps=5', 'sse');
  await delay(700);
  await killTheBusyOne();
  const text = await (await asked).text();
  const events = text.split('\n\n').flatMap((block) => {
    const [, event, data] = /^event: (.*)\ndata: (.*)$/m.exec(block) ?? [];
    return event === undefined ? [] : [{ event, data: JSON.parse(data!) as Record<string, unknown> }];
  });
  const done = events.at(-1);
  expect(done).toMatchObject({ event: 'done', data: { text: 'echo: a b c d e f g h #chunks=8 #tps=5' } });
  const pieces = events.filter(
    ({ event, data }) => event === 'chunk' && data['messageId'] === done?.data['responseId'],
  );
  expect(pieces.map(({ data }) => data['chunk']).join('')).toBe(done?.data['text']);
  const [first] = events.flatMap(({ data }) => data['messageId'] ?? []);
  expect(first).not.toBe(done?.data['responseId']);
  const resets = events.filter(({ event }) => event === 'reset');
  expect(resets.map(({ data }) => data)).toEqual([{ messageId: first }]);
  expect(events.indexOf(resets[0]!)).toBe(events.findLastIndex(({ data }) => data['messageId'] === first));
});
