import { NUMBER, TEXT, type Methods } from '../world.js';

const JOB = '/api/messaging/jobs/:jobId';
const SOON = { interval: 50, initialInterval: 50, timeout: 20_000 };

export const runs: Methods = {
  listRuns: {
    route: 'GET /api/agents/:agentId/runs',
    async call(world) {
      const { runId, messageId } = await world.turn();
      const { runs, total, hasMore } = await world.client.runs.listRuns(world.agent, { limit: 1 });
      expect(runs).toMatchObject([{ runId, messageId, status: 'completed', startedAt: NUMBER, endedAt: NUMBER }]);
      expect([total, hasMore]).toEqual([NUMBER, total > 1]);
    },
  },
  getRun: {
    route: 'GET /api/agents/:agentId/runs/:runId',
    async call(world) {
      const { runId } = await world.turn();
      const { summary, events } = await world.client.runs.getRun(world.agent, runId);
      expect(summary).toMatchObject({ runId, status: 'completed', counts: { modelCalls: 1, errors: 0 } });
      const types = (events as { type: string }[]).map(({ type }) => type);
      expect(types).toEqual(expect.arrayContaining(['RUN_STARTED', 'MODEL_USED', 'RUN_ENDED']));
    },
  },
};

export const jobs: Methods = {
  create: {
    route: 'POST /api/messaging/jobs',
    async call({ client, agent, user }) {
      const made = await client.jobs.create({ agentId: agent, userId: user, content: 'Work' });
      expect(made).toMatchObject({ jobId: TEXT, status: TEXT, createdAt: NUMBER, expiresAt: NUMBER });
    },
  },
  getJob: {
    route: `GET ${JOB}`,
    async call({ client, agent, user }) {
      const { jobId } = await client.jobs.create({ agentId: agent, userId: user, content: '#latency=300 Work' });
      const job = await client.jobs.getJob(jobId);
      expect(job).toMatchObject({
        jobId,
        agentId: agent,
        userId: user,
        prompt: '#latency=300 Work',
        createdAt: NUMBER,
      });
      expect(['pending', 'processing']).toContain(job.status);
    },
  },
  list: {
    route: 'GET /api/messaging/jobs',
    async call({ client, agent, user }) {
      const { jobId } = await client.jobs.create({ agentId: agent, userId: user, content: 'Work' });
      const { jobs, total, filtered } = await client.jobs.list({ limit: 5 });
      expect(jobs[0]).toMatchObject({ jobId });
      expect([total, filtered]).toEqual([NUMBER, NUMBER]);
    },
  },
  health: {
    route: 'GET /api/messaging/jobs/health',
    async call({ client }) {
      const health = await client.jobs.health();
      expect(health).toMatchObject({
        healthy: true,
        totalJobs: NUMBER,
        metrics: { successRate: NUMBER },
        maxJobs: NUMBER,
      });
      expect(Object.keys(health.statusCounts).sort()).toEqual(
        ['completed', 'failed', 'pending', 'processing', 'timeout'].sort(),
      );
    },
  },
  poll: {
    route: `GET ${JOB}`,
    async call({ client, agent, user }) {
      const { jobId } = await client.jobs.create({ agentId: agent, userId: user, content: 'Work' });
      const { success, job } = await client.jobs.poll(jobId, SOON);
      expect(success).toBe(true);
      expect(job.result).toMatchObject({
        message: { content: 'echo: Work', authorId: agent },
        processingTimeMs: NUMBER,
      });
    },
  },
  createAndPoll: {
    route: `GET ${JOB}`,
    async call({ client, agent, user }) {
      const asked = { agentId: agent, userId: user, content: '#fail=caller Work' };
      const { success, job } = await client.jobs.createAndPoll(asked, SOON);
      expect(success).toBe(false);
      expect(job).toMatchObject({ status: 'failed', error: TEXT });
    },
  },
  createAndPollWithBackoff: {
    route: `GET ${JOB}`,
    async call({ client, agent, user }) {
      const asked = { agentId: agent, userId: user, content: '#latency=1500 Work', timeoutMs: 1_000 };
      const { success, job } = await client.jobs.createAndPollWithBackoff(asked, SOON);
      expect(success).toBe(false);
      expect(job).toMatchObject({ status: 'timeout' });
    },
  },
  ask: {
    route: `GET ${JOB}`,
    async call({ client, agent, user }) {
      expect(await client.jobs.ask(user, 'Work', agent, SOON)).toBe('echo: Work');
    },
  },
};
