import type { Logger } from '@app/platform';

/** Something that is to be done now and then. */
export interface ChoreConfig {
  /** What it does, for the log: `old logs are deleted`. */
  name: string;
  intervalMs: number;
  /** @param signal aborts when the process is to stop: what is under way then ends where it may be gone on with */
  work: (signal: AbortSignal) => Promise<void>;
}

/** Does its work again and again. Every worker does it: what one has done, the next does not find. */
export class Chore {
  private timer?: NodeJS.Timeout;
  private running?: Promise<void>;
  private readonly stopping = new AbortController();

  constructor(
    private readonly config: ChoreConfig,
    private readonly logger: Logger,
  ) {}

  start(): void {
    // Jitter keeps the workers apart.
    const wait = this.config.intervalMs * (0.5 + Math.random());
    this.timer = setTimeout(() => {
      this.running = this.attempt().finally(() => !this.stopping.signal.aborted && this.start());
    }, wait);
    this.timer.unref();
  }

  /** Starts no more, and waits for what is under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.running;
  }

  private async attempt(): Promise<void> {
    try {
      await this.config.work(this.stopping.signal);
    } catch (error) {
      this.logger.warn({ err: error, chore: this.config.name }, 'A chore was not finished; the next time it goes on');
    }
  }
}
