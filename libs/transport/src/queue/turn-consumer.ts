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
  private running = 0;
  private movedAt = performance.now();

  /**
   * Starts to take turns, `slots` at once.
   *
   * @param take runs one turn; what it throws is logged, the job counts as done either way
   */
  constructor(
    redis: RedisConnections,
    private readonly logger: Logger,
    private readonly slots: number,
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

  /**
   * Whether it takes turns, or would if there were any: a slot is free, or a turn began or ended within the last
   * `withinMs` milliseconds. Asks nobody: without Redis it would, too.
   */
  couldTake(withinMs: number): boolean {
    if (this.worker.closing) return true;
    return this.worker.isRunning() && (this.running < this.slots || performance.now() - this.movedAt < withinMs);
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
    this.move(1);
    try {
      await this.take(job);
    } catch (error) {
      this.logger.error({ err: error, tenantId: job.tenantId, turnId: job.turnId }, 'A turn could not be run');
    } finally {
      this.move(-1);
    }
  }

  private move(by: 1 | -1): void {
    this.running += by;
    this.movedAt = performance.now();
  }
}
