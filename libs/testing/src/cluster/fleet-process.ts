import { spawn, type ChildProcess } from 'node:child_process';
import readline from 'node:readline';

/** How a process ended. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** What a process of a cluster is started with. */
export interface FleetProcessOptions {
  name: string;
  /** The built program. */
  program: string;
  env: NodeJS.ProcessEnv;
  /** The line of its log that says that it serves. */
  ready: string;
}

// A machine that is busy with other tests takes its time.
const READY_MS = 60_000;
const PATIENCE_MS = 12_000;
const KEPT_LINES = 2_000;
const LEASH = new URL('./end-with-parent.mjs', import.meta.url).href;

/** A built process of ours. An end that nobody asked for is kept in `diedOf`. */
export class FleetProcess {
  readonly lines: string[] = [];
  /** Of an end that no test asked for. */
  diedOf?: string;
  private child?: ChildProcess;
  private exited: Promise<Exit> = Promise.resolve({ code: 0, signal: null });
  private ending = false;

  constructor(readonly options: FleetProcessOptions) {}

  get name(): string {
    return this.options.name;
  }

  get pid(): number {
    if (!this.child?.pid) throw new Error(`${this.name} does not run`);
    return this.child.pid;
  }

  get running(): boolean {
    return this.child !== undefined;
  }

  /** Starts it and waits until it serves. */
  async start(): Promise<void> {
    if (this.child) throw new Error(`${this.name} runs already`);
    const { program, env, ready } = this.options;
    const child: ChildProcess = spawn(process.execPath, ['--import', LEASH, '--enable-source-maps', program], {
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child = child;
    this.ending = false;
    const served = new Promise<void>((resolve) => {
      for (const stream of [child.stdout, child.stderr]) {
        if (!stream) continue;
        readline.createInterface({ input: stream }).on('line', (line) => {
          this.lines.push(line);
          if (this.lines.length > KEPT_LINES) this.lines.shift();
          if (line.includes(ready)) resolve();
        });
      }
    });
    this.exited = new Promise((resolve) => {
      // Not 'exit': its last lines may come later.
      child.once('close', (code, signal) => {
        this.child = undefined;
        if (!this.ending) this.diedOf = `${this.name} ended by itself: ${signal ?? `code ${code}`}`;
        resolve({ code, signal });
      });
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), READY_MS);
    const ended = this.exited.then(() => {
      throw new Error(`${this.name} did not come to serve:\n${this.lines.slice(-20).join('\n')}`);
    });
    try {
      await Promise.race([served, ended]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends it at once, as a crash would. */
  async kill(): Promise<void> {
    this.ending = true;
    this.child?.kill('SIGKILL');
    await this.exited;
  }

  /** Asks it to end, and answers how it did. Kills it when it does not. */
  async terminate(patience = PATIENCE_MS): Promise<Exit> {
    this.ending = true;
    const { child } = this;
    child?.kill('SIGCONT');
    child?.kill('SIGTERM');
    const timer = setTimeout(() => child?.kill('SIGKILL'), patience);
    const exit = await this.exited;
    clearTimeout(timer);
    return exit;
  }

  /** Waits until it ended because a test asked for it in another way than by a signal. Kills it when it does not. */
  async ends(patience = PATIENCE_MS): Promise<Exit> {
    this.ending = true;
    const timer = setTimeout(() => this.child?.kill('SIGKILL'), patience);
    const exit = await this.exited;
    clearTimeout(timer);
    return exit;
  }

  /** Holds it still, as a machine that swaps or a virtual machine that is moved does. */
  stop(): void {
    this.child?.kill('SIGSTOP');
  }

  /** Lets it go on after {@link stop}. */
  continue(): void {
    this.child?.kill('SIGCONT');
  }

  /** Kills it if need be, and starts it anew on the same port. */
  async restart(): Promise<void> {
    await this.kill();
    await this.start();
  }

  /** The lines of its log that say this. */
  said(words: string): string[] {
    return this.lines.filter((line) => line.includes(words));
  }
}
