/** ElizaOS's log levels, the gravest first, with the numbers its entries carry. */
export const LOG_ENTRY_LEVELS = {
  fatal: 60,
  error: 50,
  warn: 40,
  info: 30,
  log: 29,
  progress: 28,
  success: 27,
  debug: 20,
  trace: 10,
} as const;

/** The name of a level of a log entry. */
export type LogEntryLevel = keyof typeof LOG_ENTRY_LEVELS;

/** One line of a tenant's log, as its clients see it. */
export class LogEntry {
  /** Epoch milliseconds. */
  time: number;
  /** A number of {@link LOG_ENTRY_LEVELS}. */
  level: number;
  msg: string;
  agentName?: string;
  agentId?: string;
  /** What else it is about: ids of a channel, a turn, a request, and who wrote it. */
  [about: string]: string | number | undefined;
}

/** Which lines a listener wants. `all`, or nothing, stands for every one. */
export class LogFilters {
  agentName?: string;
  /** The least level. */
  level?: string;
}
