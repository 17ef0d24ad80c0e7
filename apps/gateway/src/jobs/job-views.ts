import type { JobCreated, JobsHealth, JobView } from '@app/contracts';
import type { Job, JobState } from '@app/persistence';

/** So many jobs ElizaOS keeps; here it is only how many are summed up. */
const MAX_JOBS = 10_000;

/** A job as ElizaOS answers it when it is made. */
export function jobCreated(job: Job): JobCreated {
  const { id, status, createdAt, expiresAt } = job;
  return { jobId: id, status, createdAt: createdAt.getTime(), expiresAt: expiresAt.getTime() };
}

/** A job as ElizaOS shows it. */
export function jobView(job: Job): JobView {
  const { agentId, userId, content, reply, processingMs, error, metadata } = job;
  return {
    ...jobCreated(job),
    agentId,
    userId,
    prompt: content,
    ...(reply ? { result: { message: reply, processingTimeMs: processingMs } } : {}),
    ...(error === null ? {} : { error }),
    metadata,
  };
}

/** How the jobs fare, as ElizaOS tells it. */
export function jobsHealth(groups: { status: JobState; count: number; averageMs: number | null }[]): JobsHealth {
  const countOf = (status: JobState): number => groups.find((group) => group.status === status)?.count ?? 0;
  const over = countOf('completed') + countOf('failed') + countOf('timeout');
  const rate = (status: JobState): number => (over === 0 ? 0 : countOf(status) / over);
  return {
    healthy: true,
    timestamp: Date.now(),
    totalJobs: groups.reduce((sum, { count }) => sum + count, 0),
    statusCounts: {
      pending: countOf('pending'),
      processing: countOf('processing'),
      completed: countOf('completed'),
      failed: countOf('failed'),
      timeout: countOf('timeout'),
    },
    metrics: {
      averageProcessingTimeMs: groups.find(({ status }) => status === 'completed')?.averageMs ?? 0,
      successRate: rate('completed'),
      failureRate: rate('failed'),
      timeoutRate: rate('timeout'),
    },
    maxJobs: MAX_JOBS,
  };
}
