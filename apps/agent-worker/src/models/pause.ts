import { setTimeout as sleep } from 'node:timers/promises';
import { TurnFault } from '../turns/engine.js';

/** The longest a timer can wait, 24 days: long enough for "until it is cancelled". */
export const FOREVER = 2 ** 31 - 1;

/** Waits, or throws a `cancelled` fault as soon as the signal says so. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw cancelled();
  if (milliseconds <= 0) return;
  try {
    await sleep(Math.min(milliseconds, FOREVER), undefined, { signal });
  } catch {
    throw cancelled();
  }
}

/** Nobody wants the answer any more. */
export function cancelled(): TurnFault {
  return new TurnFault('cancelled', 'The turn was cancelled while the model was answering.');
}
