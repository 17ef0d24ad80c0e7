import { type Dispatch, shares, type TurnPath, type FoundTurn } from '@app/persistence';
import type { Logger } from '@app/platform';
import type { TurnQueue } from '@app/transport';
import { turnsRecovered } from './turn-metrics.js';
import { CANCELLED, type TurnAnnouncer } from './turn-announcer.js';

/** What a sweep goes by. */
export interface SweeperConfig {
  worker: string;
  slots: number;
  intervalMs: number;
  /** After how long a released turn that nobody claimed is enqueued again, in milliseconds. */
  unclaimedMs: number;
  maxAttempts: number;
}

/** Whom a sweep works with. */
export interface SweeperParts {
  dispatch: Dispatch;
  path: TurnPath;
  queue: TurnQueue;
  announcer: TurnAnnouncer;
  logger: Logger;
}

/** The queue holds at most this many turns per worker slot. */
const WINDOW_PER_SLOT = 2;

/**
 * Finds what was left behind, so that Postgres alone decides what gets done: turns of workers that died, turns whose
 * job was lost, backlog that has come into its share. Every worker sweeps; none leads.
 */
export class Sweeper {
  private timer?: NodeJS.Timeout;
  private sweeping?: Promise<void>;
  private stopped = false;

  constructor(
    private readonly parts: SweeperParts,
    private readonly config: SweeperConfig,
  ) {}

  start(): void {
    this.sweeping = this.sweep().finally(() => {
      // Jitter keeps the workers' sweeps apart.
      const wait = this.config.intervalMs * (0.5 + Math.random());
      if (!this.stopped) this.timer = setTimeout(() => this.start(), wait);
    });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.sweeping;
    await this.parts.dispatch.forgetWorker(this.config.worker).catch(() => undefined);
  }

  private async sweep(): Promise<void> {
    try {
      await this.parts.dispatch.reportWorker(this.config.worker, this.config.slots);
      await this.recover();
      await this.release();
      await this.enqueueAgain();
    } catch (error) {
      this.parts.logger.warn({ err: error }, 'A sweep was not finished; the next one goes on');
    }
  }

  /** Turns of workers that stopped renewing. */
  private async recover(): Promise<void> {
    for (const [tenantId, turns] of byTenant(await this.parts.dispatch.leasesOver())) {
      const ids = turns.map((turn) => turn.turnId);
      for (const turn of await this.parts.dispatch.recover(tenantId, ids, this.config.maxAttempts)) {
        this.parts.logger.warn({ tenantId, ...turn }, 'A turn was taken back from a worker that stopped answering');
        turnsRecovered.add({ state: turn.state });
        if (turn.state === 'waiting') continue;
        const failed = { ...turn, tenantId, channel: { id: turn.channelId }, agent: { id: turn.agentId } };
        const why = turn.state === 'cancelled' ? CANCELLED : 'The worker stopped answering';
        await this.parts.announcer.failed(failed, why);
        await this.parts.announcer.complete(failed);
      }
    }
  }

  /** Backlog within its tenant's share of the window. */
  private async release(): Promise<void> {
    const loads = await this.parts.dispatch.loads();
    if (loads.length === 0) return;
    const window = WINDOW_PER_SLOT * Math.max(await this.parts.dispatch.liveSlots(), this.config.slots);
    for (const { tenant, share } of shares(loads, window)) {
      if (tenant.share !== share) await this.parts.dispatch.setShare(tenant.tenantId, share);
      if (tenant.due === 0 || tenant.inFlight >= share) continue;
      await this.parts.announcer.release(tenant.tenantId, await this.parts.path.release(tenant.tenantId));
    }
  }

  /** Released turns whose job is gone, such as after Redis lost its data. */
  private async enqueueAgain(): Promise<void> {
    const { unclaimedMs } = this.config;
    for (const [tenantId, turns] of byTenant(await this.parts.dispatch.unclaimed(unclaimedMs))) {
      const queued = await this.parts.queue.stillQueued(turns);
      const gone = turns.filter((turn) => !queued.has(turn.turnId)).map((turn) => turn.turnId);
      if (gone.length === 0) continue;
      this.parts.logger.warn(
        { tenantId, turns: gone.length },
        'Released turns were not in the queue; they are put back',
      );
      await this.parts.announcer.release(tenantId, await this.parts.dispatch.releaseAgain(tenantId, gone, unclaimedMs));
    }
  }
}

function byTenant(turns: FoundTurn[]): Map<string, FoundTurn[]> {
  const groups = new Map<string, FoundTurn[]>();
  for (const turn of turns) groups.set(turn.tenantId, [...(groups.get(turn.tenantId) ?? []), turn]);
  return groups;
}
