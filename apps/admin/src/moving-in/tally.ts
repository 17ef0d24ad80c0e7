/** How many of one kind there are at the source, how many of them are here, and why others are not. */
export class Tally {
  /** New with this run; in a dry run, what would be. */
  added = 0;
  /** Found here afterwards. */
  found = 0;
  readonly left = new Map<string, number>();

  constructor(
    readonly kind: string,
    public source: number,
  ) {}

  /** Notes that some stay behind, and why. */
  leave(reason: string, count = 1): void {
    if (count > 0) this.left.set(reason, (this.left.get(reason) ?? 0) + count);
  }

  get leftBehind(): number {
    return [...this.left.values()].reduce((sum, count) => sum + count, 0);
  }

  /** How many are neither here nor left behind for a reason. */
  get missing(): number {
    return this.source - this.leftBehind - this.found;
  }
}
