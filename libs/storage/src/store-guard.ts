import { FleetError } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  circuitBreaker,
  ConsecutiveBreaker,
  handleWhen,
  type IPolicy,
  TaskCancelledError,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel';

/** How long one call may take: a part of five megabytes on a slow store. */
const WITHIN_MS = 20_000;
/** The same for what the store does with a whole object: copying it, or making it of its parts. */
const WHOLE_WITHIN_MS = 5 * 60_000;
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
  private readonly places = bulkhead(AT_ONCE, WAITING);
  private readonly breaker = circuitBreaker(handleWhen(isStoresFault), {
    halfOpenAfter: TRY_AGAIN_MS,
    breaker: new ConsecutiveBreaker(FAILURES),
  });
  private readonly policy = wrap(this.places, this.breaker, timeout(WITHIN_MS, TimeoutStrategy.Aggressive));
  private readonly policyForWhole = wrap(
    this.places,
    this.breaker,
    timeout(WHOLE_WITHIN_MS, TimeoutStrategy.Aggressive),
  );

  /** @throws FleetError STORAGE_UNAVAILABLE when the store is away; whatever else it refuses is thrown as it is */
  async call<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.guarded(this.policy, work);
  }

  /** The same for what takes the store a while, as it is about a whole object. */
  async callForWhole<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.guarded(this.policyForWhole, work);
  }

  private async guarded<T>(policy: IPolicy, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await policy.execute(({ signal }) => whileWaiting(signal, work));
    } catch (error) {
      if (isStoresFault(error) || error instanceof BrokenCircuitError || error instanceof BulkheadRejectedError) {
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

/** What the store calls its own faults, besides those with a status of 500 and more. */
const FAULTS = new Set(['SlowDown', 'RequestTimeout', 'TimeoutError']);

function isStoresFault(error: unknown): boolean {
  if (error instanceof TaskCancelledError) return true;
  // What the store answered, said in our words.
  if (error instanceof FleetError) return false;
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
  if (status !== undefined) return status >= 500 || status === 429 || FAULTS.has(name);
  // Without an answer there was none: a socket that broke, a name that is not known, a time that was over. What the
  // client has tried and found no status for says so, whatever it is called.
  return $metadata !== undefined || typeof code === 'string' || FAULTS.has(name) || name === 'AbortError';
}
