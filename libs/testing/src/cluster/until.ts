import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks again and again until the answer is neither undefined nor false, and answers it.
 *
 * @throws Error naming what was waited for when `ms` milliseconds are over
 */
export async function until<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  { ms = 15_000, every = 50 }: { ms?: number; every?: number } = {},
): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > end) throw new Error(`Waited ${ms} ms in vain until ${what}`);
    await delay(every);
  }
}
