import { FleetError } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  circuitBreaker,
  ConsecutiveBreaker,
  handleWhen,
  TaskCancelledError,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel';

/** How long one call may take: a part of five megabytes on a slow store. */
const WITHIN_MS = 20_000;
const AT_ONCE = 64;
const WAITING = 1_000;
/** After so many failures in a row nobody waits for the store any more, until a try succeeds. */
const FAILURES = 8;
const TRY_AGAIN_MS = 2_000;

/** What callers are told when the store cannot be used. */
const STORAGE_AWAY = 'The object store does not answer; try again shortly';

/** Stands before every call to S3: a store that hangs or fails costs its callers an answer, never their process. */
@Injectable()
export class StoreGuard {
  private readonly policy = wrap(
    bulkhead(AT_ONCE, WAITING),
    circuitBreaker(handleWhen(isWorldsFault), {
      halfOpenAfter: TRY_AGAIN_MS,
      breaker: new ConsecutiveBreaker(FAILURES),
    }),
    timeout(WITHIN_MS, TimeoutStrategy.Aggressive),
  );

  /** @throws FleetError STORAGE_UNAVAILABLE when the store is away; whatever else it refuses is thrown as it is */
  async call<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await this.policy.execute(({ signal }) => whileWaiting(signal, work));
    } catch (error) {
      if (isWorldsFault(error) || error instanceof BrokenCircuitError || error instanceof BulkheadRejectedError) {
        throw new FleetError('STORAGE_UNAVAILABLE', STORAGE_AWAY);
      }
      throw error;
    }
  }
}

/** Cockatiel aborts its signal after a success too; the bytes of an answer are still being read then. */
async function whileWaiting<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const own = new AbortController();
  const abort = (): void => own.abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await work(own.signal);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Parts that the store has lost are its fault too: the upload begins anew. */
const LOST = new Set(['InvalidPart', 'NoSuchUpload', 'SlowDown', 'RequestTimeout', 'TimeoutError']);

function isWorldsFault(error: unknown): boolean {
  if (error instanceof TaskCancelledError) return true;
  const {
    $metadata,
    name = '',
    code,
  } = error as {
    $metadata?: { httpStatusCode?: number };
    name?: string;
    code?: unknown;
  };
  const status = $metadata?.httpStatusCode;
  if (status !== undefined) return status >= 500 || status === 429 || LOST.has(name);
  // Without an answer there was none: a socket that broke, a name that is not known, a time that was over.
  return typeof code === 'string' || LOST.has(name) || name === 'AbortError';
}
