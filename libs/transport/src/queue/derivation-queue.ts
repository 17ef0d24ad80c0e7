import { jobs, type DerivationJob } from '@app/contracts';
import type { Logger } from '@app/platform';
import { FAIL_FAST_MS, type RedisConnections } from '../redis/redis-connections.js';
import { TOO_LATE, within } from '../redis/within.js';
import { LateQueue } from './late-queue.js';

/** The producing side of the queue of files that something is to be made of. A hint only: Postgres knows the rest. */
export class DerivationQueue {
  private readonly queue: LateQueue<DerivationJob>;

  constructor(
    redis: RedisConnections,
    private readonly logger: Logger,
  ) {
    this.queue = new LateQueue(redis, 'derivation-queue', jobs.derivation.queue);
  }

  /** Never throws and takes a quarter of a second at most. An attempt that is queued already is not queued again. */
  async enqueue(due: (DerivationJob & { attempt: number })[]): Promise<void> {
    if (due.length === 0) return;
    const batch = due.map(({ tenantId, mediaId, attempt }) => ({
      name: 'derivation',
      data: { tenantId, mediaId },
      opts: { attempts: 1, removeOnComplete: true, removeOnFail: true, jobId: `${tenantId}-${mediaId}-${attempt}` },
    }));
    try {
      const added = await within(this.queue.opened().addBulk(batch), FAIL_FAST_MS);
      if (added === TOO_LATE) this.logger.debug('Redis is slow; a later look will enqueue');
    } catch (error) {
      this.logger.debug({ err: error }, 'Could not enqueue derivations; a later look will');
    }
  }

  async close(): Promise<void> {
    await this.queue.close();
  }
}
