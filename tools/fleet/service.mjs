import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { startChild } from '../lib/child.mjs';
import { keepRunning } from '../lib/keep-running.mjs';
import { LaunchError } from '../lib/launch-error.mjs';
import { inRepository } from '../lib/places.mjs';

const READY_WITHIN = 60_000;
const LOOK_EVERY = 40;

/**
 * Runs one of our programs as a process of its own, until it is stopped, and starts it again when it ends.
 * Resolves when it answers GET /healthz for the first time.
 *
 * @param {object} options
 * @param {string} options.name
 * @param {string} options.program path inside the checkout
 * @param {NodeJS.ProcessEnv} options.env
 * @param {number} options.port where it answers
 * @param {string} [options.host]
 * @param {string} options.record
 * @param {(line: string) => void} options.onLine
 * @param {AbortSignal} options.signal
 */
export function runService({ name, program, env, port, host = '127.0.0.1', record, onLine, signal }) {
  const start = async () => {
    const child = startChild({
      name,
      command: process.execPath,
      args: [inRepository(program)],
      cwd: inRepository(),
      env,
      record,
      onLine,
    });
    try {
      await Promise.race([healthy(child, { host: reachableAs(host), port }), endedTooSoon(child)]);
    } catch (error) {
      await child.stop();
      throw error;
    }
    return child;
  };
  return keepRunning(name, start, signal);
}

async function endedTooSoon(child) {
  const { reason } = await child.exited;
  throw new LaunchError(`${child.name} ended (${reason}) before it was ready.`);
}

async function healthy(child, address) {
  let over = false;
  void child.exited.then(() => (over = true));
  let answer;
  for (const until = Date.now() + READY_WITHIN; Date.now() < until && !over; await delay(LOOK_EVERY)) {
    answer = await ask(address);
    if (answer === 200) return;
  }
  throw new LaunchError(`${child.name} was not ready within ${READY_WITHIN / 1000} s: GET /healthz gave ${answer}.`);
}

/** The status of GET /healthz, or the name of what went wrong. */
function ask({ host, port }) {
  return new Promise((resolve) => {
    const request = http.get({ host, port, path: '/healthz', agent: false, timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.once('timeout', () => request.destroy(new Error('no answer')));
    request.once('error', (error) => resolve(error.code ?? error.message));
  });
}

/** The address to call for something that listens on all addresses. */
export function reachableAs(host) {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}
