import { FleetError } from '@app/contracts';

/** Bounds one exchange: it ends when its caller says so, when no headers came in time, and when it took too long. */
export class Exchange {
  private readonly end = new AbortController();
  private readonly headers: NodeJS.Timeout;
  private readonly whole: NodeJS.Timeout;

  constructor(
    private readonly caller: AbortSignal,
    { headersMs, wholeMs }: { headersMs: number; wholeMs: number },
  ) {
    this.headers = setTimeout(this.expire, headersMs);
    this.whole = setTimeout(this.expire, wholeMs);
    caller.addEventListener('abort', this.abort, { once: true });
    if (caller.aborted) this.abort();
  }

  /** Aborted when the exchange has to end, with what its caller is to be told. */
  get signal(): AbortSignal {
    return this.end.signal;
  }

  /** Waits for something that cannot be broken off, no longer than the exchange lasts. */
  async waitFor<T>(work: () => Promise<T>): Promise<T> {
    const { signal } = this;
    signal.throwIfAborted();
    let abort: () => void = () => undefined;
    const ended = new Promise<never>((_, reject) => {
      abort = () => reject(signal.reason as Error);
      signal.addEventListener('abort', abort, { once: true });
    });
    try {
      return await Promise.race([work(), ended]);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  /** The headers are there; what is left is the body. */
  answered(): void {
    clearTimeout(this.headers);
  }

  /** It is over: nothing waits for it any more. */
  over(): void {
    clearTimeout(this.headers);
    clearTimeout(this.whole);
    this.caller.removeEventListener('abort', this.abort);
  }

  private readonly abort = (): void => this.end.abort(this.caller.reason);
  private readonly expire = (): void =>
    this.end.abort(new FleetError('UPSTREAM_TIMEOUT', 'The server took too long to answer'));
}
