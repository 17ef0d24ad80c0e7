import { setTimeout as delay } from 'node:timers/promises';
import { DEFAULT_TENANT_ID, newId, type Uuid } from '@app/contracts';
import { makeAgent } from '@app/testing';
import { ElizaClient } from '@elizaos/api-client';
import { PlayedWorker } from './played-worker.js';
import { TestGateway } from './support.js';

const USER = newId();

let one: TestGateway;
let two: TestGateway;
let worker: PlayedWorker;
let agent: Uuid;

beforeAll(async () => {
  one = await TestGateway.start({ SESSION_CLEANUP_INTERVAL_MINUTES: '0.01', SESSION_RETENTION_MINUTES: '60' });
  two = await TestGateway.start({}, one);
  worker = new PlayedWorker(one);
  agent = await makeAgent(one.db.database, DEFAULT_TENANT_ID, 'Ada');
});
afterAll(async () => {
  await worker.close();
  await two.close();
  await one.close();
});

const clientOf = (gateway: TestGateway) => ElizaClient.create({ baseUrl: gateway.url }).jobs;

async function run(content: string, more: object = {}) {
  const { jobId } = await clientOf(one).create({ userId: USER, agentId: agent, content, ...more });
  return clientOf(two).poll(jobId, { interval: 100, maxAttempts: 50 });
}

describe('the client of ElizaOS', () => {
  it('gives a job to one gateway and gets its result from the other', async () => {
    const metadata = { why: 'test' };
    const made = await clientOf(one).create({ userId: USER, agentId: agent, content: '#slow=300 Hello', metadata });
    expect(made).toMatchObject({ jobId: expect.any(String) as string, expiresAt: made.createdAt + 30_000 });
    expect(['pending', 'processing']).toContain(made.status);
    const seen: string[] = [];
    const onProgress = ({ status }: { status: string }): number => seen.push(status);
    const { success, job } = await clientOf(two).poll(made.jobId, { interval: 50, maxAttempts: 60, onProgress });
    expect(success).toBe(true);
    expect(seen).toContain('processing');
    expect(job).toMatchObject({
      ...made,
      status: 'completed',
      agentId: agent,
      userId: USER,
      prompt: '#slow=300 Hello',
      metadata,
      result: {
        message: { content: 'echo: #slow=300 Hello', authorId: agent, createdAt: expect.any(Number) as number },
      },
    });
    expect(job.result.processingTimeMs).toBeGreaterThanOrEqual(300);
  });

  it('asks the first running agent when it names none', async () => {
    const { jobId } = await clientOf(one).create({ userId: USER, content: 'x' });
    const [first] = (await ElizaClient.create({ baseUrl: two.url }).agents.listAgents()).agents;
    expect(await clientOf(two).getJob(jobId)).toMatchObject({ agentId: first.id });
  });

  it('asks and waits in one call', async () => {
    expect(await clientOf(two).ask(USER, 'Hello', agent, { interval: 50 })).toBe('echo: Hello');
    const options = { initialInterval: 50 };
    const { job } = await clientOf(two).createAndPollWithBackoff(
      { userId: USER, agentId: agent, content: 'B' },
      options,
    );
    expect(job.result.message.content).toBe('echo: B');
  });

  it('lists jobs and is told how they fare', async () => {
    await run('Hello');
    await run('#fail');
    const { jobs, total, filtered } = await clientOf(one).list({ limit: 2 });
    expect(jobs.map(({ status }: { status: string }) => status)).toEqual(['failed', 'completed']);
    expect(filtered).toBe(total);
    const failed = await clientOf(one).list({ status: 'failed' });
    expect(failed.filtered).toBe(failed.jobs.length);
    expect(failed.total).toBe(total);
    const health = await clientOf(two).health();
    expect(health).toMatchObject({ healthy: true, totalJobs: total, maxJobs: 10_000 });
    expect(health.statusCounts.failed).toBe(failed.filtered);
    const { successRate, failureRate, timeoutRate, averageProcessingTimeMs } = health.metrics;
    expect(successRate + failureRate + timeoutRate).toBeCloseTo(1);
    expect(averageProcessingTimeMs).toBeGreaterThan(0);
    const others = await one.call('GET', '/api/messaging/jobs', undefined, { 'x-entity-id': newId() });
    expect(others.body).toEqual({ jobs: [], total: 0, filtered: 0 });
  });
});

it('takes what an agent says of its actions for no answer', async () => {
  const { job } = await run('#actions');
  expect(job.result.message.content).toBe('echo: #actions');
});

it('says why a job failed', async () => {
  expect(await run('#fail')).toMatchObject({ success: false, job: { status: 'failed', error: 'The key is wrong' } });
  expect(await run('#silent')).toMatchObject({ success: false, job: { status: 'failed' } });
});

it('lets a job run out of time, for good', async () => {
  const { job } = await run('#slow=1800', { timeoutMs: 1_000 });
  expect(job).toMatchObject({ status: 'timeout', error: expect.any(String) as string });
  await delay(1_500);
  expect((await clientOf(one).getJob(job.jobId)).status).toBe('timeout');
});

it('finishes a job although every gateway was started anew', async () => {
  const { jobId } = await clientOf(two).create({ userId: USER, agentId: agent, content: '#slow=500 Hello' });
  await two.close();
  two = await TestGateway.start({}, one);
  const { job } = await clientOf(two).poll(jobId, { interval: 100 });
  expect(job).toMatchObject({ status: 'completed' });
});

it('forgets jobs that are long over', async () => {
  const { job } = await run('Hello');
  await one.db.asSuperuser(`update jobs set expires_at = expires_at - interval '2 hours' where id = $1`, [job.jobId]);
  await delay(1_500);
  await expect(clientOf(two).getJob(job.jobId)).rejects.toMatchObject({ status: 404, code: 'JOB_NOT_FOUND' });
});

it.each([
  [{ content: '' }, 400, 'VALIDATION_ERROR'],
  [{ content: 'x'.repeat(50_001) }, 400, 'VALIDATION_ERROR'],
  [{ userId: 'x' }, 400, 'VALIDATION_ERROR'],
  [{ metadata: { text: 'x'.repeat(10_000) } }, 400, 'VALIDATION_ERROR'],
  [{ timeoutMs: 999 }, 400, 'VALIDATION_ERROR'],
  [{ timeoutMs: 300_001 }, 400, 'VALIDATION_ERROR'],
  [{ agentId: newId() }, 404, 'AGENT_NOT_FOUND'],
])('refuses a job that is wrong (%#) with %i %s', async (wrong, status, code) => {
  const before = await one.count('jobs');
  const reply = await one.call('POST', '/api/messaging/jobs', { userId: USER, content: 'x', ...wrong });
  expect(reply).toMatchObject({ status, body: { success: false, error: { code } } });
  expect(await one.count('jobs')).toBe(before);
});

it('takes a job of the largest size', async () => {
  const { job } = await run(`${'x'.repeat(49_990)}`, { metadata: { text: 'x'.repeat(9_900) } });
  expect(job.result.message.content).toHaveLength(49_996);
  const lost = await one.call('GET', '/api/messaging/jobs/none');
  expect(lost).toMatchObject({ status: 404, body: { error: { code: 'JOB_NOT_FOUND' } } });
});
