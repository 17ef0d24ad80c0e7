import type { Spending, Verdict } from './rate-limiter.js';

/** So many limits are remembered; beyond that the one unused for longest is forgotten. */
const MOST_KEPT = 10_000;

/** The limits of one process by itself, for as long as Redis is away. The same algorithm, by this process's clock. */
export class LocalRates {
  /** When each limit will be unused again. A Map keeps the order in which its entries were set. */
  private readonly unusedAt = new Map<string, number>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Counts one request against all of the limits, or against none. */
  spend(spendings: Spending[]): Verdict {
    const now = this.now();
    const states = spendings.map(({ name, rate }) => {
      const windowMs = rate.seconds * 1_000;
      const step = windowMs / rate.limit;
      const known = Math.max(this.unusedAt.get(name) ?? 0, now);
      // More than a window ahead is what a tighter limit left that held before.
      const after = (known > now + windowMs + 1 ? now : known) + step;
      const remaining = Math.floor((windowMs - (after - now)) / step + 1e-4);
      return { name, rate, after, windowMs, remaining, over: after - now - windowMs };
    });
    const worst = states.reduce((a, b) => (b.over > a.over ? b : a));
    if (worst.over > 0.01) {
      return {
        allowed: false,
        rate: worst.rate,
        remaining: 0,
        resetMs: worst.windowMs,
        retryMs: Math.ceil(worst.over),
      };
    }
    for (const { name, after } of states) this.keep(name, after);
    const nearest = states.reduce((a, b) => (b.remaining < a.remaining ? b : a));
    const { rate, remaining, after } = nearest;
    return { allowed: true, rate, remaining, resetMs: Math.ceil(after - now), retryMs: 0 };
  }

  private keep(name: string, unusedAt: number): void {
    this.unusedAt.delete(name);
    this.unusedAt.set(name, unusedAt);
    const oldest = this.unusedAt.keys().next();
    if (this.unusedAt.size > MOST_KEPT && !oldest.done) this.unusedAt.delete(oldest.value);
  }
}
