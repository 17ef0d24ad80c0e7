/**
 * The life of one turn, as a pure function. Postgres does the same in SQL (`claim_turn`, `settle_turn`, …); a property
 * test drives both with the same random histories, and they must agree.
 */

/** Where a turn can be. The last four are final, but that an operator may have a failed one tried anew or take it off. */
export const TURN_STATES = ['waiting', 'released', 'running', 'completed', 'failed', 'cancelled', 'discarded'] as const;
export type TurnState = (typeof TURN_STATES)[number];

/** A turn as the machine knows it. */
export interface Turn {
  state: TurnState;
  /** Counts claims; what an older attempt writes is refused. */
  attempt: number;
  /** So many attempts count no more against the most there may be. */
  attemptsBefore: number;
  /** Whether the running attempt's lease is over. */
  leaseOver: boolean;
  /** The attempt that was asked to stop. */
  stopAttempt?: number;
}

/** What can happen to a turn. */
export type TurnEvent =
  | { kind: 'release' }
  | { kind: 'claim' }
  | { kind: 'renew'; attempt: number }
  | { kind: 'lease ends' }
  | { kind: 'settle'; attempt: number; result: 'completed' | 'failed' | 'retry' | 'cancelled' }
  | { kind: 'recover'; maxAttempts: number }
  | { kind: 'cancel' }
  /** Somebody wants no answer any more: whoever runs it settles it with what was said so far. */
  | { kind: 'stop' }
  /** An operator has it tried anew. */
  | { kind: 'revive' }
  /** An operator takes it off. */
  | { kind: 'discard' };

/** A new turn. */
export const NEW_TURN: Turn = { state: 'waiting', attempt: 0, attemptsBefore: 0, leaseOver: false };

/** Whether nothing happens to the turn any more by itself. */
export function isFinal(state: TurnState): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled' || state === 'discarded';
}

/** Whether the turn occupies its lane: of these there is at most one per agent and channel. */
export function isInFlight(state: TurnState): boolean {
  return state === 'released' || state === 'running';
}

/** The turn after `event`; the same object when the event does not apply and is refused. */
export function next(turn: Turn, event: TurnEvent): Turn {
  switch (event.kind) {
    case 'release':
      return turn.state === 'waiting' ? { ...turn, state: 'released' } : turn;
    case 'claim':
      return turn.state === 'released'
        ? { ...turn, state: 'running', attempt: turn.attempt + 1, leaseOver: false }
        : turn;
    case 'renew':
      // A lease that is over is not prolonged: somebody may be taking the turn back this moment.
      return turn;
    case 'lease ends':
      return turn.state === 'running' ? { ...turn, leaseOver: true } : turn;
    case 'settle':
      return holdsLease(turn, event.attempt) ? settled(turn, event.result) : turn;
    case 'recover':
      if (turn.state !== 'running' || !turn.leaseOver) return turn;
      if (isStopping(turn)) return { ...turn, state: 'cancelled', leaseOver: false };
      return { ...turn, state: isSpent(turn, event.maxAttempts) ? 'failed' : 'waiting', leaseOver: false };
    case 'cancel':
      return isFinal(turn.state) ? turn : { ...turn, state: 'cancelled', leaseOver: false };
    case 'stop':
      if (turn.state === 'running' && !turn.leaseOver) return { ...turn, stopAttempt: turn.attempt };
      return isFinal(turn.state) ? turn : { ...turn, state: 'cancelled', leaseOver: false };
    case 'revive':
      return turn.state === 'failed' ? { ...turn, state: 'waiting', attemptsBefore: turn.attempt } : turn;
    case 'discard':
      if (isFinal(turn.state) && turn.state !== 'failed') return turn;
      return { ...turn, state: 'discarded', leaseOver: false };
  }
}

/** Whether a turn has no attempt left. */
export function isSpent({ attempt, attemptsBefore }: Pick<Turn, 'attempt' | 'attemptsBefore'>, most: number): boolean {
  return attempt - attemptsBefore >= most;
}

/** Whether the given attempt may still write. */
export function holdsLease(turn: Turn, attempt: number): boolean {
  return turn.state === 'running' && turn.attempt === attempt && !turn.leaseOver;
}

/** Whether the running attempt was asked to stop: it is not followed by another. */
export function isStopping({ state, attempt, stopAttempt }: Turn): boolean {
  return state === 'running' && attempt === stopAttempt;
}

function settled(turn: Turn, result: 'completed' | 'failed' | 'retry' | 'cancelled'): Turn {
  const again = isStopping(turn) ? 'cancelled' : 'waiting';
  return { ...turn, state: result === 'retry' ? again : result, leaseOver: false };
}
