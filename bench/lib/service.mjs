import path from 'node:path';
import { startChild } from '../../tools/lib/child.mjs';
import { inRepository } from '../../tools/lib/places.mjs';
import { waitFor } from './open-loop.mjs';

const READY_MS = 60_000;

/** One of our built processes, that may be killed, held still and started again on its port. */
export class Service {
  #child;
  #wanted = false;
  /** Of an end that nobody asked for. */
  diedOf;
  /** How often it was started. */
  starts = 0;
  lines = [];

  /** @param {{name: string, program: string, port: number, env: Record<string, string>, dist?: string}} options */
  constructor({ name, program, port, env, dist = inRepository('dist'), quiet = false }) {
    this.name = name;
    this.url = `http://127.0.0.1:${port}`;
    this.options = { program: path.join(dist, program), env, cwd: path.dirname(dist), quiet };
  }

  get pid() {
    return this.#child?.pid;
  }

  get running() {
    return this.#wanted;
  }

  /** Starts it and waits until it answers. */
  async start() {
    const { program, env, cwd, quiet } = this.options;
    const onLine = (line) => {
      this.lines.push(line);
      if (this.lines.length > 500) this.lines.shift();
      if (!quiet) process.stderr.write(`${this.name} | ${line}\n`);
    };
    const args = ['--enable-source-maps', program];
    const child = startChild({ name: this.name, command: process.execPath, args, cwd, env, onLine });
    this.#child = child;
    this.#wanted = true;
    this.starts += 1;
    void child.exited.then(({ reason }) => {
      if (this.#child === child && this.#wanted) this.diedOf = `${this.name} ended by itself (${reason})`;
    });
    const serves = await waitFor(() => this.diedOf !== undefined || this.#answers(), { ms: READY_MS, every: 100 });
    if (!serves || this.diedOf) throw new Error(`${this.name} does not serve: ${this.diedOf ?? 'no answer'}`);
  }

  /** Ends it at once, as a crash would. */
  async kill() {
    this.#wanted = false;
    await this.#child?.kill();
  }

  /** Asks it to end; answers its exit code, and null when it had to be killed. */
  async end(patience = 15_000) {
    this.#wanted = false;
    const child = this.#child;
    child?.signal('SIGCONT');
    child?.signal('SIGTERM');
    const timer = setTimeout(() => child?.signal('SIGKILL'), patience);
    const how = await child?.exited;
    clearTimeout(timer);
    return how?.code ?? null;
  }

  /** Holds it still, as a machine that swaps does. */
  freeze() {
    this.#child?.signal('SIGSTOP');
  }

  /** Lets it go on. */
  thaw() {
    this.#child?.signal('SIGCONT');
  }

  async #answers() {
    try {
      await fetch(`${this.url}/healthz`, { signal: AbortSignal.timeout(2_000) });
      return true;
    } catch {
      return false;
    }
  }
}
