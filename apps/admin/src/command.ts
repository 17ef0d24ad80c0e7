import type { Terminal } from './terminal.js';

/** What a command can be called with behind its name, in this order. */
export interface Parameter {
  name: string;
  /** What it is, as `--help` tells it. */
  what: string;
}

/** An option of a command. */
export interface Option {
  type: 'string' | 'boolean';
  /** What it does, as `--help` tells it. */
  what: string;
  /** The word that stands for its value in `--help`. */
  value?: string;
  /** A store that the command works on when it is given. */
  store?: Store;
  /** The command cannot do without it. */
  required?: boolean;
}

/** What a command was called with: every parameter by its name, every option that was given. */
export interface Given {
  parameters: Record<string, string>;
  options: Record<string, string | boolean | undefined>;
}

/** What a command works with. */
export interface CommandContext {
  env: Record<string, string | undefined>;
  terminal: Terminal;
  /** Aborts when the operator has had enough: a command then ends where nothing is half done. */
  signal: AbortSignal;
}

/** A store a command reads or writes itself. `npm run admin` finds or starts it, and sets its variables. */
export type Store = 'postgres' | 's3';

/** How a command ended, for scripts. */
export const EXIT = { done: 0, failed: 1, wrongUse: 2 } as const;

/** One thing an operator can do. */
export interface Command {
  name: string;
  /** One line in the list of all commands. */
  summary: string;
  parameters: Parameter[];
  options: Record<string, Option>;
  /** None for a command that asks a gateway. */
  stores: Store[];
  /**
   * Does it, and answers the exit code.
   *
   * @throws CommandError what the operator can mend
   */
  run(given: Given, context: CommandContext): Promise<number>;
}
