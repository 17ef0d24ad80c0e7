/** How a process does. Each answers what is wrong, or nothing. */
export interface Vitals {
  /** Whether a restart would help. Asks no store: a restart does not bring one back. */
  live?(): string | undefined;
  /** Whether it can do its work now. */
  ready(): Promise<string | undefined>;
}

/** How long a store may take to answer whether it is there, in milliseconds. */
const ANSWER_WITHIN_MS = 2_000;

/** Asks a store whether it is there: one question at a time, however many want to know. */
export class StoreProbe {
  private asking?: Promise<string | undefined>;

  constructor(
    private readonly name: string,
    private readonly ask: () => Promise<unknown>,
  ) {}

  /** What is wrong with it, or nothing. */
  check(): Promise<string | undefined> {
    this.asking ??= this.answer().finally(() => (this.asking = undefined));
    return this.asking;
  }

  private async answer(): Promise<string | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve(`${this.name} does not answer`), ANSWER_WITHIN_MS);
    });
    try {
      return await Promise.race([
        this.ask().then(
          () => undefined,
          () => `${this.name} cannot be reached`,
        ),
        late,
      ]);
    } finally {
      clearTimeout(timer);
    }
  }
}
