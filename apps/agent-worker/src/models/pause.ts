import { setTimeout as sleep } from 'node:timers/promises';
import { TurnFault } from '../turns/engine.js';

/** Waits, or throws a `cancelled` fault as soon as the signal says so. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw cancelled();
  if (milliseconds <= 0) return;
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch {
    throw cancelled();
  }
}

/** Nobody wants the answer any more. */
export function cancelled(): TurnFault {
  return new TurnFault('cancelled', 'The turn was cancelled while the model was answering.');
}
