import { spawn } from 'node:child_process';
import readline from 'node:readline';
import { LaunchError } from './launch-error.mjs';
import { forgetProcess, recordProcess } from './process-records.mjs';

// of the output, for error messages: how it began and how it ended
const FIRST_LINES = 10;
const LAST_LINES = 30;

/** All children of this process that have not ended. */
const living = new Set();

// the last resort when this process ends without having stopped them
process.on('exit', () => {
  for (const child of living) child.signal('SIGTERM');
});

/**
 * A process we started. `exited` resolves (never rejects) with what it ended of.
 *
 * @param {object} options
 * @param {string} options.name
 * @param {string} options.command
 * @param {string[]} [options.args]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {string} [options.cwd] "/" by default: the folder has to be readable for another user, too
 * @param {{uid?: number, gid?: number}} [options.user]
 * @param {string} [options.record] file to note the process in while it runs
 * @param {(line: string) => void} [options.onLine] gets each line of both outputs
 * @param {boolean} [options.isStore] others need it: it is stopped after them
 * @param {NodeJS.Signals} [options.stopSignal] asks it to end
 * @param {NodeJS.Signals} [options.lastSignal] makes it end when it was asked in vain
 */
export function startChild({ name, command, args = [], env = process.env, cwd = '/', user = {}, ...options }) {
  const { record, onLine, isStore = false, stopSignal = 'SIGTERM', lastSignal = 'SIGKILL' } = options;
  // detached: Ctrl-C in a terminal reaches only the launcher, which then ends its children in order
  const started = spawn(command, args, { cwd, env, ...user, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines = [];
  const listeners = new Set(onLine ? [onLine] : []);
  for (const stream of [started.stdout, started.stderr]) {
    readline.createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > FIRST_LINES + LAST_LINES) lines.splice(FIRST_LINES, 1);
      for (const listener of listeners) listener(line);
    });
  }
  let ended = false;
  const exited = new Promise((resolve) => {
    started.once('error', (error) => resolve({ code: null, signal: null, reason: error.message }));
    started.once('exit', (code, signal) => resolve({ code, signal, reason: signal ? `by ${signal}` : `code ${code}` }));
  }).then((how) => {
    ended = true;
    living.delete(child);
    if (record && started.pid) forgetProcess(record, started.pid);
    return how;
  });

  const child = {
    name,
    pid: started.pid,
    lines,
    exited,
    isStore,
    /** Sends a signal to the process alone. */
    signal(signal) {
      if (!ended && started.pid) started.kill(signal);
    },
    /** Ends it: asks, waits, then forces it and its own children. */
    async stop({ patience = 8000 } = {}) {
      if (ended || !started.pid) return;
      if (isStore) child.signal(stopSignal);
      else signalGroup(started.pid, stopSignal);
      const timer = setTimeout(() => signalGroup(started.pid, lastSignal), patience);
      await exited;
      clearTimeout(timer);
    },
    /** Ends it at once, as a crash would. */
    async kill() {
      if (ended || !started.pid) return;
      signalGroup(started.pid, 'SIGKILL');
      await exited;
    },
    /** Waits for a line; rejects when the process ends before it, or when the time is over. */
    line(pattern, timeout = 30_000) {
      return new Promise((resolve, reject) => {
        const settle = (act, value) => {
          clearTimeout(timer);
          listeners.delete(look);
          act(value);
        };
        const look = (line) => {
          const match = pattern.exec(line);
          if (match) settle(resolve, match);
        };
        const timer = setTimeout(
          () => settle(reject, new LaunchError(`${name} was not ready after ${timeout / 1000} s.`, lines)),
          timeout,
        );
        listeners.add(look);
        lines.forEach(look);
        void exited.then(({ reason }) =>
          settle(reject, new LaunchError(`${name} ended (${reason}) before it was ready.`, lines)),
        );
      });
    },
  };
  if (started.pid) {
    living.add(child);
    if (record) recordProcess(record, started.pid);
  }
  return child;
}

/** Runs a command to its end. Rejects with the end of its output when it fails. */
export async function runToEnd(options) {
  const child = startChild(options);
  const { code, reason } = await child.exited;
  if (code !== 0) throw new LaunchError(`${options.name} failed (${reason}).`, child.lines);
  return child.lines;
}

/** Asks all children to end: first those that are no stores, then the stores. */
export async function stopChildren({ patience, patienceForAll }) {
  const latest = Date.now() + patienceForAll;
  const children = [...living];
  await Promise.all(children.filter(({ isStore }) => !isStore).map((child) => child.stop({ patience })));
  const rest = Math.max(1000, latest - Date.now());
  await Promise.all(children.filter(({ isStore }) => isStore).map((child) => child.stop({ patience: rest })));
}

/** Ends all children at once. */
export async function killChildren() {
  while (living.size) await Promise.all([...living].map((child) => child.kill()));
}

function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch {
    // it ended in this moment
  }
}
