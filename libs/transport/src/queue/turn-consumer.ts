import { jobs, TurnJob } from '@app/contracts';
import type { Logger } from '@app/platform';
import { Worker } from 'bullmq';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import type { RedisConnections } from '../redis/redis-connections.js';
import { queuePrefix } from './late-queue.js';

/** The consuming side of the turn queue. */
export class TurnConsumer {
  private readonly worker: Worker<TurnJob>;

  /**
   * Starts to take turns, `slots` at once.
   *
   * @param take runs one turn; what it throws is logged, the job counts as done either way
   */
  constructor(
    redis: RedisConnections,
    private readonly logger: Logger,
    slots: number,
    private readonly take: (job: TurnJob) => Promise<void>,
  ) {
    this.worker = new Worker<TurnJob>(jobs.turn.queue, (job) => this.run(job.data), {
      connection: redis.connect('turn-consumer', 'patient'),
      prefix: queuePrefix(redis.prefix),
      concurrency: slots,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
      // A job whose worker died is of no use: its turn comes back through its lease.
      maxStalledCount: 0,
      // Seconds. A worker that stands still takes the signal of a new job with it; the others look by themselves.
      drainDelay: 1,
    });
    this.worker.on('error', (error) => this.logger.debug({ err: error }, 'The turn queue had an error'));
  }

  /** Takes no more turns, and resolves when the running ones are done. */
  async close(): Promise<void> {
    await this.worker.close();
  }

  private async run(data: TurnJob): Promise<void> {
    const job = plainToInstance(TurnJob, data);
    const faults = validateSync(job);
    if (faults.length > 0) {
      this.logger.error({ faults: faults.map(String) }, 'A job of the turn queue is malformed; it is dropped');
      return;
    }
    try {
      await this.take(job);
    } catch (error) {
      this.logger.error({ err: error, tenantId: job.tenantId, turnId: job.turnId }, 'A turn could not be run');
    }
  }
}
