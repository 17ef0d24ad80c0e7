import { setTimeout as delay } from 'node:timers/promises';
import { say } from './say.mjs';

const FIRST_WAIT = 250;
const LONGEST_WAIT = 10_000;
const STEADY = 30_000;

/**
 * Keeps something running: starts it, and starts it again, ever more slowly, when it ends unasked. Resolves with what
 * the first start gave; a first start that fails is not repeated.
 *
 * @template {{exited: Promise<{reason: string}>}} Running
 * @param {string} name
 * @param {() => Promise<Running>} start resolves when it is ready
 * @param {AbortSignal} signal ends the watch, not the thing itself
 * @returns {Promise<Running>}
 */
export async function keepRunning(name, start, signal) {
  const first = await start();
  void watch(name, { first, start, signal });
  return first;
}

async function watch(name, { first, start, signal }) {
  let current = first;
  let wait = FIRST_WAIT;
  while (!signal.aborted) {
    const since = Date.now();
    const { reason } = await current.exited;
    if (signal.aborted) return;
    if (Date.now() - since > STEADY) wait = FIRST_WAIT;
    say.warn(`${name} ended (${reason}), starting it again`);
    for (current = undefined; !current && !signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      await delay(wait, undefined, { signal }).catch(() => {});
      current = signal.aborted ? undefined : await attempt(name, start, signal);
    }
  }
}

async function attempt(name, start, signal) {
  try {
    const running = await start();
    say.done(`${name} is back`);
    return running;
  } catch (error) {
    if (!signal.aborted) say.warn(`${name} did not come back: ${error.message}`);
    return undefined;
  }
}
