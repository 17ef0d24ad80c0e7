import { jobs } from '@app/contracts';
import { FAIL_FAST_MS, type RedisConnections } from '../redis/redis-connections.js';
import { TOO_LATE, within } from '../redis/within.js';
import { LateQueue } from './late-queue.js';

/** How many jobs of a queue are in each state. */
export interface JobCounts {
  queue: string;
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
}

/** Counts what stands in the queues of Redis. */
export class QueueGauge {
  private readonly queues: { name: string; queue: LateQueue<unknown> }[];

  constructor(redis: RedisConnections) {
    this.queues = Object.values(jobs).map(({ queue: name }) => ({
      name,
      queue: new LateQueue<unknown>(redis, `${name}-gauge`, name),
    }));
  }

  /** Undefined while Redis is away. */
  async read(): Promise<JobCounts[] | undefined> {
    try {
      const counts = await within(
        Promise.all(this.queues.map(({ name, queue }) => countsOf(name, queue))),
        FAIL_FAST_MS,
      );
      return counts === TOO_LATE ? undefined : counts;
    } catch {
      return undefined;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.queues.map(({ queue }) => queue.close()));
  }
}

async function countsOf(name: string, queue: LateQueue<unknown>): Promise<JobCounts> {
  const counts = await queue.opened().getJobCounts('wait', 'prioritized', 'active', 'delayed', 'failed');
  const { wait = 0, prioritized = 0, active = 0, delayed = 0, failed = 0 } = counts;
  return { queue: name, waiting: wait + prioritized, active, delayed, failed };
}
