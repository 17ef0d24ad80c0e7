import { DerivationJob, jobs } from '@app/contracts';
import type { Logger } from '@app/platform';
import { Worker } from 'bullmq';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import type { RedisConnections } from '../redis/redis-connections.js';
import { queuePrefix } from './late-queue.js';

/** Files a process works on at once: pictures are held in memory whole. */
const SLOTS = 2;

/** The consuming side of `DerivationQueue`. */
export class DerivationConsumer {
  private readonly worker: Worker<DerivationJob>;

  /**
   * Starts to take files.
   *
   * @param derive makes what is to be made of one; what it throws is logged, the job counts as done either way
   */
  constructor(
    redis: RedisConnections,
    private readonly logger: Logger,
    private readonly derive: (job: DerivationJob) => Promise<void>,
  ) {
    this.worker = new Worker<DerivationJob>(jobs.derivation.queue, (job) => this.run(job.data), {
      connection: redis.connect('derivation-consumer', 'patient'),
      prefix: queuePrefix(redis.prefix),
      concurrency: SLOTS,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
      // A file whose process died comes back when its lease is over.
      maxStalledCount: 0,
    });
    this.worker.on('error', (error) => this.logger.debug({ err: error }, 'The queue of derivations had an error'));
  }

  /** Takes no more files, and resolves when those begun are done. */
  async close(): Promise<void> {
    await this.worker.close();
  }

  private async run(data: DerivationJob): Promise<void> {
    const job = plainToInstance(DerivationJob, data);
    const faults = validateSync(job);
    if (faults.length > 0) {
      this.logger.error(
        { faults: faults.map(String) },
        'A job of the queue of derivations is malformed; it is dropped',
      );
      return;
    }
    try {
      await this.derive(job);
    } catch (error) {
      this.logger.error({ err: error, ...job }, 'Nothing could be made of a file');
    }
  }
}
