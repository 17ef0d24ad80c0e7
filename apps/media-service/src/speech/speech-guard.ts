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
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';

/** How long one call may take, with all of its speech. */
const WITHIN_MS = 120_000;
/** Of this process, and of one tenant at one server: a slow server of one tenant leaves room for the others. */
const AT_ONCE = { all: 32, each: 6 };
const WAITING = { all: 128, each: 12 };
/** After so many failures in a row nobody waits for a server any more, until a try succeeds. */
const FAILURES = 5;
const TRY_AGAIN_MS = 5_000;
/** Servers that are remembered. */
const MOST_SERVERS = 1_000;

type Policy = ReturnType<typeof policyOfOne>;

/** Stands before every call of a speech server or program: one that hangs or fails takes nothing from the others. */
@Injectable()
export class SpeechGuard {
  private readonly all = bulkhead(AT_ONCE.all, WAITING.all);
  /** By tenant and server, the longest unused first. */
  private readonly each = new Map<string, Policy>();

  /**
   * Calls a server, under the name of tenant and server.
   *
   * @throws FleetError UNAVAILABLE when too much is asked of it or it has failed lately, UPSTREAM_TIMEOUT, and whatever
   * the work throws
   */
  async call<T>(name: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await this.policy(name).execute(({ signal }) => this.all.execute(() => work(signal)));
    } catch (error) {
      if (error instanceof TaskCancelledError) throw new FleetError('UPSTREAM_TIMEOUT', 'Speech took too long');
      if (error instanceof BrokenCircuitError) {
        throw new FleetError('UNAVAILABLE', 'The speech server has failed too often; try again shortly');
      }
      if (error instanceof BulkheadRejectedError) {
        throw new FleetError('UNAVAILABLE', 'Too much is being said at once; try again shortly');
      }
      throw error;
    }
  }

  /** The same for speech that is read while it is made: the call lasts until its end. */
  stream<T extends { stream: Readable }>(name: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.call(name, async (signal) => {
        const speech = await work(signal);
        resolve(speech);
        await finished(speech.stream);
      }).catch(reject);
    });
  }

  private policy(name: string): Policy {
    const policy = this.each.get(name) ?? policyOfOne();
    this.each.delete(name);
    this.each.set(name, policy);
    if (this.each.size > MOST_SERVERS) this.each.delete(this.each.keys().next().value!);
    return policy;
  }
}

function policyOfOne() {
  return wrap(
    bulkhead(AT_ONCE.each, WAITING.each),
    circuitBreaker(handleWhen(isServersFault), {
      halfOpenAfter: TRY_AGAIN_MS,
      breaker: new ConsecutiveBreaker(FAILURES),
    }),
    timeout(WITHIN_MS, TimeoutStrategy.Aggressive),
  );
}

function isServersFault(error: unknown): boolean {
  if (error instanceof TaskCancelledError) return true;
  return error instanceof FleetError && (error.code === 'UPSTREAM_FAILED' || error.code === 'UPSTREAM_TIMEOUT');
}
