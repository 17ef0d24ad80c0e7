/** Runs the works of one key one after the other, of different keys side by side. */
export class InOrder {
  private readonly tails = new Map<string, Promise<void>>();
  private waiting = 0;

  /** @param limit works that may wait in all */
  constructor(private readonly limit: number) {}

  /** Runs `work` when all earlier works of `key` are done; answers false at once when too many wait already. */
  run(key: string, work: () => Promise<void>): boolean {
    if (this.waiting >= this.limit) return false;
    this.waiting++;
    const tail = (this.tails.get(key) ?? Promise.resolve()).then(work).finally(() => {
      this.waiting--;
      if (this.tails.get(key) === tail) this.tails.delete(key);
    });
    this.tails.set(key, tail);
    return true;
  }
}
