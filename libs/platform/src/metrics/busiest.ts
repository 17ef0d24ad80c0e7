/** How far back is looked, and in which steps, in milliseconds. */
const WINDOW_MS = 300_000;
const STEP_MS = 60_000;

/** So many are counted within a step; whoever comes after those is not told apart in it. */
const MOST_COUNTED = 10_000;

/**
 * Who did most within the last five minutes: at most `most` series whoever calls, the rest is added up as `other`.
 * Meant for ids of tenants, which are too many for a label of a counter.
 */
export class Busiest {
  private steps: { began: number; counts: Map<string, number>; rest: number }[] = [];

  constructor(
    private readonly most: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** Counts something that somebody did. */
  note(who: string, times = 1): void {
    const { counts } = this.step();
    const known = counts.get(who);
    if (known === undefined && counts.size >= MOST_COUNTED) this.step().rest += times;
    else counts.set(who, (known ?? 0) + times);
  }

  /** Whoever did most, with how much; the rest together under `other`. */
  top(): Map<string, number> {
    this.step();
    const sums = new Map<string, number>();
    let rest = 0;
    for (const step of this.steps) {
      rest += step.rest;
      for (const [who, times] of step.counts) sums.set(who, (sums.get(who) ?? 0) + times);
    }
    const sorted = [...sums].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
    for (const [, times] of sorted.slice(this.most)) rest += times;
    return new Map(rest > 0 ? [...sorted.slice(0, this.most), ['other', rest]] : sorted.slice(0, this.most));
  }

  private step(): { counts: Map<string, number>; rest: number } {
    const now = this.now();
    this.steps = this.steps.filter(({ began }) => began > now - WINDOW_MS);
    const last = this.steps.at(-1);
    if (last && last.began > now - STEP_MS) return last;
    const next = { began: now, counts: new Map<string, number>(), rest: 0 };
    this.steps.push(next);
    return next;
  }
}
