/** What is remembered, and until when. */
interface Remembered<T> {
  value: Promise<T>;
  /** The value once it is there. */
  settled?: T;
  until: number;
}

/**
 * Remembers answers for a short time, so many at most; the oldest go first. Who asks while an answer is on its way waits
 * for the same one. A failure is told to those who wait and not remembered.
 */
export class ShortMemory<T> {
  private readonly known = new Map<string, Remembered<T>>();

  constructor(
    private readonly most: number,
    private readonly lastsMs: number,
  ) {}

  /** What is remembered under `key`, else what `find` answers. */
  async recall(key: string, find: () => Promise<T>): Promise<T> {
    const known = this.known.get(key);
    if (known && known.until > Date.now()) return known.value;
    const found: Remembered<T> = { value: find(), until: Date.now() + this.lastsMs };
    this.known.delete(key);
    this.known.set(key, found);
    this.makeRoom();
    try {
      found.settled = await found.value;
      return found.settled;
    } catch (error) {
      if (this.known.get(key) === found) this.known.delete(key);
      throw error;
    }
  }

  /** Forgets what is remembered under `key`. */
  forget(key: string): void {
    this.known.delete(key);
  }

  /** What is remembered at this moment, by key. What is over goes. */
  *entries(): Iterable<[string, T]> {
    const now = Date.now();
    for (const [key, { settled, until }] of this.known) {
      if (until <= now) this.known.delete(key);
      else if (settled !== undefined) yield [key, settled];
    }
  }

  private makeRoom(): void {
    for (const oldest of this.known.keys()) {
      if (this.known.size <= this.most) return;
      this.known.delete(oldest);
    }
  }
}
