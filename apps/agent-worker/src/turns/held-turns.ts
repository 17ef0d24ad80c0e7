import type { TurnPath, HeldTurn } from '@app/persistence';
import type { Logger } from '@app/platform';
import type { Uuid } from '@app/contracts';

/** Why a turn was broken off. */
export type AbortReason = 'cancelled' | 'lost' | 'deadline' | 'shutdown' | 'stopped';

/** A turn this worker holds, and the means to break it off. */
export interface Hold extends HeldTurn {
  readonly signal: AbortSignal;
  /** Why it was broken off; undefined while it goes on. */
  readonly reason: AbortReason | undefined;
}

interface Entry extends HeldTurn {
  abort: (reason: AbortReason) => void;
  /** Until when the lease surely holds, by this process's clock. */
  until: number;
  deadline: NodeJS.Timeout;
}

/** How long turns are held. */
export interface HoldLimits {
  leaseMs: number;
  timeoutMs: number;
}

/**
 * The turns this worker runs. Their leases are renewed all together, four times per lease; a turn that turns out to
 * be cancelled, lost or out of time is broken off.
 */
export class HeldTurns {
  private readonly held = new Map<Uuid, Entry>();
  private readonly timer: NodeJS.Timeout;
  private renewing = false;
  /** A turn may have been asked to stop while the renewal was under way. */
  private again = false;

  constructor(
    private readonly path: TurnPath,
    private readonly limits: HoldLimits,
    private readonly logger: Logger,
  ) {
    this.timer = setInterval(() => void this.renew(), limits.leaseMs / 4);
  }

  get size(): number {
    return this.held.size;
  }

  /** Holds a turn claimed at `claimedAt` (by `performance.now()`, taken before the claim was sent). */
  hold(turn: HeldTurn, claimedAt: number): Hold {
    const controller = new AbortController();
    let reason: AbortReason | undefined;
    const abort = (why: AbortReason): void => {
      reason ??= why;
      controller.abort(why);
    };
    const deadline = setTimeout(() => abort('deadline'), this.limits.timeoutMs);
    const { tenantId, turnId, attempt } = turn;
    this.held.set(turnId, { tenantId, turnId, attempt, abort, deadline, until: claimedAt + this.limits.leaseMs });
    return {
      tenantId,
      turnId,
      attempt,
      signal: controller.signal,
      get reason() {
        return reason;
      },
    };
  }

  /** Lets go of a turn. */
  release({ turnId, attempt }: HeldTurn): void {
    const entry = this.held.get(turnId);
    if (entry?.attempt !== attempt) return;
    clearTimeout(entry.deadline);
    this.held.delete(turnId);
  }

  /** Somebody says that a turn was asked to stop: if it is here, is looked now and not with the next renewal. */
  look(turnId: Uuid): void {
    if (!this.held.has(turnId)) return;
    this.again = this.renewing;
    void this.renew();
  }

  /** Breaks off all turns. */
  abortAll(reason: AbortReason): void {
    for (const entry of this.held.values()) entry.abort(reason);
  }

  close(): void {
    clearInterval(this.timer);
  }

  private async renew(): Promise<void> {
    this.dropExpired();
    if (this.renewing || this.held.size === 0) return;
    this.renewing = true;
    const asked = [...this.held.values()];
    const askedAt = performance.now();
    try {
      const states = await this.path.renew(asked);
      for (const entry of asked) {
        const state = states.get(entry.turnId) ?? 'lost';
        if (state === 'running' || state === 'stopping') entry.until = askedAt + this.limits.leaseMs;
        if (state === 'running' || this.held.get(entry.turnId) !== entry) continue;
        entry.abort(state === 'stopping' ? 'stopped' : state);
      }
    } catch (error) {
      this.logger.warn({ err: error, turns: asked.length }, 'Could not renew leases; trying again');
    } finally {
      this.renewing = false;
    }
    if (!this.again) return;
    this.again = false;
    void this.renew();
  }

  /** A worker that was stopped or cut off for too long does not wait to be told that its turns are somebody else's. */
  private dropExpired(): void {
    const now = performance.now();
    for (const entry of this.held.values()) if (now > entry.until) entry.abort('lost');
  }
}
