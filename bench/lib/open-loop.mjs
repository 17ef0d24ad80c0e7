import { setTimeout as delay } from 'node:timers/promises';
import { Histogram } from './histogram.mjs';
import { round } from './report.mjs';

// Timers fire late, never early: the last millisecond is left to them.
const NEARLY_MS = 1;

/**
 * Begins `act(number, due)` at a fixed rate, whatever becomes of what was begun before. `due` is when it should have
 * begun, by `performance.now()`: durations count from there, so neither a slow system nor a generator that falls behind
 * hides a wait (coordinated omission).
 *
 * @param {{rate: number, seconds: number, act: (number: number, due: number) => unknown}} load per second, for so long
 * @returns {Promise<{sent: number, seconds: number, lag: Histogram, results: unknown[]}>} when all that `act` promised is
 *   there; `lag` tells how late the generator was
 */
export async function openLoop({ rate, seconds, act }) {
  const total = Math.max(1, Math.round(rate * seconds));
  const lag = new Histogram();
  const begun = [];
  const start = performance.now();
  for (let number = 0; number < total; number += 1) {
    const due = start + (number * 1000) / rate;
    const wait = due - performance.now();
    if (wait > NEARLY_MS) await delay(wait);
    lag.record(Math.max(0, performance.now() - due));
    begun.push(act(number, due));
  }
  const took = (performance.now() - start) / 1000;
  return { sent: total, seconds: took, lag, results: await Promise.all(begun) };
}

/** Waits until `ask` answers something true, or the time is over; answers whether it did. */
export async function waitFor(ask, { ms, every = 20 }) {
  const end = performance.now() + ms;
  while (performance.now() < end) {
    if (await ask()) return true;
    await delay(every);
  }
  return Boolean(await ask());
}

/** What every report tells of a run of {@link openLoop}. */
export function pace({ sent, seconds, lag }) {
  return { perSecond: round(sent / seconds), generatorLateMsP99: lag.at(0.99) };
}
