import { jobs, tenantKey, type Uuid } from '@app/contracts';
import type { Job, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { RedisConnections } from '../redis/redis-connections.js';
import { LateQueue } from '../queue/late-queue.js';

/** So many keys or jobs are looked at in one round trip. */
const PAGE = 500;

const JOB_STATES = [
  ...(['active', 'waiting', 'prioritized', 'delayed', 'waiting-children'] as const),
  ...(['completed', 'failed'] as const),
];

/** What every payload of the catalogue says. */
interface OfTenant {
  tenantId: Uuid;
}

type TenantJob = Job<OfTenant>;

/** What Redis knows of a tenant: keys that are named after it, and jobs in any queue of the catalogue. */
export class TenantTraces {
  private readonly connection: Redis;
  private readonly queues: LateQueue<OfTenant>[];

  constructor(private readonly redis: RedisConnections) {
    this.connection = redis.connect('traces', 'fail-fast');
    this.queues = Object.values(jobs).map(({ queue }) => new LateQueue(redis, `traces-${queue}`, queue));
  }

  /**
   * Removes a tenant's traces, or only those keys of it that also name `entityId`. Answers how many could not be removed
   * yet: jobs that somebody works on.
   *
   * @throws Error while Redis does not answer
   */
  async remove(tenantId: Uuid, entityId?: Uuid): Promise<number> {
    let held = 0;
    if (entityId === undefined)
      for (const queue of this.queues) held += await this.removeJobs(queue.opened(), tenantId);
    await this.removeKeys(
      `${tenantKey(this.redis.prefix, tenantId, '')}*${entityId === undefined ? '' : `${entityId}*`}`,
    );
    return held;
  }

  async close(): Promise<void> {
    await Promise.all(this.queues.map((queue) => queue.close().catch(() => undefined)));
  }

  private async removeKeys(pattern: string): Promise<void> {
    let cursor = '0';
    do {
      const [next, keys] = await this.connection.scan(cursor, 'MATCH', pattern, 'COUNT', PAGE);
      if (keys.length > 0) await this.connection.unlink(...keys);
      cursor = next;
    } while (cursor !== '0');
  }

  private async removeJobs(queue: Queue<OfTenant>, tenantId: Uuid): Promise<number> {
    const found: TenantJob[] = [];
    for (let start = 0; ; start += PAGE) {
      const page = await queue.getJobs(JOB_STATES, start, start + PAGE - 1);
      // A job may have gone since it was counted.
      found.push(...page.filter((job: TenantJob | undefined) => job?.data.tenantId === tenantId));
      if (page.length === 0) break;
    }
    const removed = await Promise.allSettled(found.map((job) => job.remove()));
    return removed.filter(({ status }) => status === 'rejected').length;
  }
}
