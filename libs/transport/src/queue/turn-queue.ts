import { jobs, type TurnJob, type Uuid } from '@app/contracts';
import type { Logger } from '@app/platform';
import { FAIL_FAST_MS, type RedisConnections } from '../redis/redis-connections.js';
import { redisCall } from '../redis/redis-metrics.js';
import { TOO_LATE, within } from '../redis/within.js';
import { LateQueue } from './late-queue.js';

/** A turn to be claimed by whoever is free. */
export interface QueuedTurn {
  turnId: Uuid;
  attempt: number;
  releaseNo: number;
  /** Lower goes first. */
  priority: number;
}

/** BullMQ refuses none but mends none either: a kept id would make it drop a job silently, so nothing is kept. */
const JOB_OPTIONS = { attempts: 1, removeOnComplete: true, removeOnFail: true };

/** The producing side of the turn queue. The queue is a hint: Postgres can fill it again at any time. */
export class TurnQueue {
  private readonly queue: LateQueue<TurnJob>;

  constructor(
    redis: RedisConnections,
    private readonly logger: Logger,
  ) {
    this.queue = new LateQueue(redis, 'turn-queue', jobs.turn.queue);
  }

  /**
   * Hands turns to the workers. Never throws and takes a quarter of a second at most: what does not get through is
   * found by the sweep.
   */
  async enqueue(tenantId: Uuid, turns: QueuedTurn[]): Promise<void> {
    if (turns.length === 0) return;
    const batch = turns.map((turn) => ({
      name: 'turn',
      data: { tenantId, turnId: turn.turnId },
      opts: { ...JOB_OPTIONS, jobId: jobId(turn), priority: Math.min(turn.priority, 2_000_000) },
    }));
    const called = redisCall('enqueue');
    try {
      const added = await within(this.queue.opened().addBulk(batch), FAIL_FAST_MS);
      called(added === TOO_LATE ? 'failed' : 'done');
      if (added === TOO_LATE)
        this.logger.warn({ tenantId, turns: turns.length }, 'Redis is slow; a sweep will enqueue');
    } catch (error) {
      called('failed');
      this.logger.warn({ tenantId, turns: turns.length, err: error }, 'Could not enqueue; a sweep will');
    }
  }

  /**
   * Which of these turns still have a job that somebody may take. One that was taken and not claimed is of a worker that
   * died in between: BullMQ would give it up after its lock, half a minute later or more.
   */
  async stillQueued(turns: Omit<QueuedTurn, 'priority'>[]): Promise<Set<Uuid>> {
    const found = await Promise.all(
      turns.map(async (turn) => {
        const state = await this.queue.opened().getJobState(jobId(turn));
        return state === 'unknown' || state === 'active' ? [] : [turn.turnId];
      }),
    );
    return new Set(found.flat());
  }

  async close(): Promise<void> {
    await this.queue.close();
  }
}

function jobId(turn: Omit<QueuedTurn, 'priority'>): string {
  return `${turn.turnId}-${turn.attempt}-${turn.releaseNo}`;
}
