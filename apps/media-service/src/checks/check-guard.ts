import { FleetError, type ErrorCode } from '@app/contracts';
import { counter, histogram, SLOW_SECONDS } from '@app/platform';
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

/** The checks there are, as they are measured. */
export const CHECKS = ['picture', 'archive', 'scan'] as const;

/** How a check stands to its uploads. */
export interface CheckBounds {
  /** How long one may take. */
  withinMs: number;
  atOnce: number;
  waiting: number;
  /** What uploaders are told when it cannot be done now. */
  away: { code: ErrorCode; message: string };
}

const checks = counter('eliza_file_checks_total', 'Checks of whole files before anybody may see them', {
  check: CHECKS,
  result: ['passed', 'refused', 'failed'],
});
const seconds = histogram('eliza_file_check_seconds', 'How long a check of a whole file took', {
  labels: { check: CHECKS },
  buckets: SLOW_SECONDS,
});

/** After so many failures in a row nobody waits for a check any more, until a try succeeds. */
const FAILURES = 5;
const TRY_AGAIN_MS = 2_000;

/** Stands before one kind of check: one that hangs or fails costs uploads an answer, never the process. */
export class CheckGuard {
  private readonly policy;

  constructor(
    private readonly check: (typeof CHECKS)[number],
    private readonly bounds: CheckBounds,
  ) {
    this.policy = wrap(
      bulkhead(bounds.atOnce, bounds.waiting),
      circuitBreaker(
        handleWhen((error) => !(error instanceof FleetError)),
        { halfOpenAfter: TRY_AGAIN_MS, breaker: new ConsecutiveBreaker(FAILURES) },
      ),
      timeout(bounds.withinMs, TimeoutStrategy.Aggressive),
    );
  }

  /** @throws FleetError what the check refuses a file with, or the bounds' own when it cannot be done */
  async run(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { check } = this;
    const end = seconds.begin();
    try {
      await this.policy.execute(({ signal }) => work(signal));
      checks.add({ check, result: 'passed' });
    } catch (error) {
      const isRefusal = error instanceof FleetError && error.code === 'FILE_REFUSED';
      checks.add({ check, result: isRefusal ? 'refused' : 'failed' });
      if (error instanceof FleetError) throw error;
      const { code, message } = this.bounds.away;
      throw new FleetError(code, message, { reason: reasonOf(error) });
    } finally {
      end({ check });
    }
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof TaskCancelledError) return 'timeout';
  if (error instanceof BulkheadRejectedError) return 'busy';
  return error instanceof BrokenCircuitError ? 'resting' : 'failed';
}
