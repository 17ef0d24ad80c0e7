import { killChildren, stopChildren } from '../lib/child.mjs';
import { say } from '../lib/say.mjs';

const FOR_SERVICES = 8000;
const FOR_ALL = 9500;
// one Ctrl-C reaches us twice under npm: from the terminal and from npm
const SAME_SIGNAL = 1000;

/**
 * Ends everything in order when a signal comes, at whatever moment, an install or a build included: first what
 * serves, then the stores it needs. A second signal ends all at once.
 */
export class Shutdown {
  #stopping = new AbortController();
  #last = [];
  #since = 0;
  #over;

  /** Aborts when the end begins. */
  signal = this.#stopping.signal;

  /** Adds something short that is done at the very end. */
  finally(work) {
    this.#last.push(work);
  }

  listen() {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => this.#interrupted(name));
    const fault = (error) => {
      say.fail(`The launcher failed: ${error?.stack ?? error}`);
      void this.end(1);
    };
    process.on('uncaughtException', fault);
    process.on('unhandledRejection', fault);
    // a terminal that is gone must not keep us from stopping the rest
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  }

  /** Stops everything and ends this process. */
  end(code) {
    this.#over ??= this.#stop(code);
    return this.#over;
  }

  #interrupted(name) {
    if (this.signal.aborted) {
      if (Date.now() - this.#since > SAME_SIGNAL) void killChildren();
      return;
    }
    this.#since = Date.now();
    say.step(`Stopping (${name}); once more ends all at once`);
    void this.end(0);
  }

  async #stop(code) {
    this.#stopping.abort();
    await stopChildren({ patience: FOR_SERVICES, patienceForAll: FOR_ALL });
    // whatever was started in this very moment
    await killChildren();
    for (const work of this.#last) work();
    process.exit(code);
  }
}
