import type { ClaimedTurn, Settlement } from '@app/persistence';
import { busiestTenants, counter, gauge, histogram, SLOW_SECONDS } from '@app/platform';

/** How attempts of turns end. A `dead` turn failed because it was out of attempts, or of our fault. */
const attemptsEnded = counter('eliza_turn_attempts_total', 'Attempts of turns, by how they ended', {
  end: ['completed', 'failed', 'dead', 'retry', 'cancelled', 'lost'],
});

/** Faults of attempts. */
export const turnFaults = counter('eliza_turn_faults_total', 'Attempts that failed, by whose fault it was', {
  kind: ['caller', 'world', 'bug', 'quota', 'cancelled', 'timeout'],
});

/** Before a turn is taken. */
const turnWait = histogram(
  'eliza_turn_wait_seconds',
  'From the message of a turn to the claim of its first attempt, by the clocks of Postgres and this process',
  { buckets: SLOW_SECONDS },
);

/** While a turn is held. */
export const turnStages = histogram('eliza_turn_duration_seconds', 'Stages of an attempt, and the whole of it', {
  labels: { stage: ['claim', 'run', 'settle', 'announce', 'whole'] },
  buckets: SLOW_SECONDS,
});

/** Turns whose lease this worker lost while it ran them. */
const leasesLost = counter('eliza_turn_leases_lost_total', 'Turns whose lease was lost while they ran');

/** Turns taken back from workers that stopped renewing. */
export const turnsRecovered = counter('eliza_turns_recovered_total', 'Turns taken back from workers that fell silent', {
  state: ['waiting', 'failed', 'cancelled'],
});

/** Jobs that were no longer to be had. */
export const claimsMissed = counter('eliza_turn_claims_missed_total', "Jobs whose turn was over or somebody else's");

/** Turns this process holds, and how many it may. */
export const turnsHeld = gauge('eliza_turns_held', 'Turns this worker holds');
export const slots = gauge('eliza_worker_slots', 'Turns this worker runs at most');

/** What waits, over all tenants. */
export const turnsByState = gauge('eliza_turns', 'Unfinished turns of the whole installation', {
  state: ['waiting', 'released', 'running'],
});
export const oldestDue = gauge(
  'eliza_turns_oldest_due_seconds',
  'How long the oldest turn that could start has been due',
);

/** Who is answered most. */
const busiestInTurns = busiestTenants('eliza_tenant_turns', 'Turns claimed within five minutes, busiest tenants');
const busiestInTokens = busiestTenants(
  'eliza_tenant_tokens',
  'Tokens of models spent within five minutes, busiest tenants',
);

/** Notes that a turn was taken. */
export function noteClaimed({ tenantId, attempt, history }: ClaimedTurn): void {
  busiestInTurns.note(tenantId);
  const asked = history.at(-1);
  if (attempt === 1 && asked) turnWait.note({}, Math.max(0, Date.now() - asked.createdAt) / 1_000);
}

/** Notes how an attempt was settled. */
export function noteSettled({ tenantId }: ClaimedTurn, { result, error, usage }: Settlement): void {
  const isDead = result === 'failed' && (error?.kind === 'bug' || error?.kind === 'world');
  attemptsEnded.add({ end: isDead ? 'dead' : result });
  busiestInTokens.note(tenantId, usage.inputTokens + usage.outputTokens);
}

/** Notes that an attempt was broken off: cancelled, or taken away. */
export function noteBrokenOff(isCancelled: boolean): void {
  attemptsEnded.add({ end: isCancelled ? 'cancelled' : 'lost' });
  if (!isCancelled) leasesLost.add({});
}
