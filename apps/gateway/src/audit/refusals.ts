/** So many refusals of a minute are written down one by one. */
const MOST_A_MINUTE = 60;
const MINUTE_MS = 60_000;

/**
 * Keeps strangers from filling a log: of each minute's refusals the first are written down, and of the rest how many
 * there were.
 */
export class Refusals {
  private noted = 0;
  private left = 0;
  private since = -Infinity;

  /** Whether this one is to be written down, and how many were not in the minute before. */
  next(now = performance.now()): { isNoted: boolean; left: number } {
    let left = 0;
    if (now - this.since >= MINUTE_MS) {
      left = this.left;
      [this.noted, this.left, this.since] = [0, 0, now];
    }
    const isNoted = this.noted < MOST_A_MINUTE;
    if (isNoted) this.noted++;
    else this.left++;
    return { isNoted, left };
  }
}
