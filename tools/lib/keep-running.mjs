import { setTimeout as delay } from 'node:timers/promises';
import { say } from './say.mjs';

const FIRST_WAIT = 250;
const LONGEST_WAIT = 10_000;
const STEADY = 30_000;

/**
 * Keeps something running: starts it, and starts it again, ever more slowly, when it ends unasked.
 *
 * @param {string} name
 * @param {(context: {signal: AbortSignal, again: boolean}) => Promise<{exited: Promise<{reason: string}>,
 *   stop: (options?: object) => Promise<void>}>} start resolves when it is ready; gives up when the signal aborts
 * @returns the first start's result in `first`, and `stop`
 */
export async function keepRunning(name, start) {
  const stopping = new AbortController();
  const { signal } = stopping;
  let current = await start({ signal, again: false });
  const first = current;

  const restart = async (wait) => {
    for (let next = wait; !signal.aborted; next = Math.min(next * 2, LONGEST_WAIT)) {
      await delay(next, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      try {
        current = await start({ signal, again: true });
        say.done(`${name} is back`);
        return;
      } catch (error) {
        if (!signal.aborted) say.warn(`${name} did not come back: ${error.message}`);
      }
    }
  };

  const watch = async () => {
    let wait = FIRST_WAIT;
    while (!signal.aborted) {
      const since = Date.now();
      const { reason } = await current.exited;
      if (signal.aborted) return;
      wait = Date.now() - since > STEADY ? FIRST_WAIT : Math.min(wait * 2, LONGEST_WAIT);
      say.warn(`${name} ended (${reason}), starting it again`);
      await restart(wait);
    }
  };
  const watching = watch();

  return {
    first,
    async stop(options) {
      stopping.abort();
      await current.stop(options);
      await watching;
    },
  };
}
