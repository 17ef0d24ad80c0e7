const SUB = 64;

/**
 * Durations in buckets of at most 1.6 % width, as HdrHistogram has them: memory does not grow with a run, and no
 * duration is too long to be counted.
 */
export class Histogram {
  #counts = new Map();
  #max = 0;
  #count = 0;

  /** Adds a duration in milliseconds. */
  record(ms) {
    const us = Math.max(0, Math.round(ms * 1000));
    const bucket = bucketOf(us);
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + 1);
    this.#count += 1;
    this.#max = Math.max(this.#max, us);
  }

  get count() {
    return this.#count;
  }

  /** The duration that this part of all did not exceed, in milliseconds to a hundredth; null when there is none. */
  at(part) {
    if (this.#count === 0) return null;
    if (part >= 1) return rounded(this.#max);
    let left = Math.ceil(part * this.#count);
    for (const [bucket, count] of [...this.#counts].sort(([a], [b]) => a - b)) {
      left -= count;
      if (left <= 0) return rounded(Math.min(valueOf(bucket), this.#max));
    }
    return rounded(this.#max);
  }

  /** What reports tell of it. */
  summary() {
    const [p50, p90, p99, p999, max] = [0.5, 0.9, 0.99, 0.999, 1].map((part) => this.at(part));
    return { count: this.#count, p50, p90, p99, p999, max };
  }
}

/** Up to 2 × SUB every microsecond has its own bucket; from there on each power of two has SUB of them. */
function bucketOf(us) {
  if (us < 2 * SUB) return us;
  const power = Math.floor(Math.log2(us)) - Math.log2(SUB);
  return SUB * power + Math.floor(us / 2 ** power);
}

function valueOf(bucket) {
  if (bucket < 2 * SUB) return bucket;
  const power = Math.floor(bucket / SUB) - 1;
  return (bucket - SUB * power + 0.5) * 2 ** power;
}

function rounded(us) {
  return Math.round(us / 10) / 100;
}
