import { setTimeout as delay } from 'node:timers/promises';
import type { LogEntry, Uuid } from '@app/contracts';
import type { Redis } from 'ioredis';
import type { RedisConnections } from '../redis/redis-connections.js';
import { lineOf, logKey, type LogStream, type StreamEntry } from './log-stream.js';

/** One look waits so long for new lines, in milliseconds, and then sees who listens by now. */
const BLOCK_MS = 500;

/** So many lines of a tenant one look brings at most. */
const MOST_LINES = 200;

/** One tenant's log as somebody here follows it. */
interface Followed {
  /** The last line handed out; unknown while Redis is away. */
  lastId?: string;
  listeners: Set<(entry: LogEntry) => void>;
}

/** Follows the logs of all tenants that somebody here listens to, with one reader however many they are. */
export class LogTail {
  private readonly followed = new Map<string, Followed>();
  private readonly connection: Redis;
  private running = false;

  constructor(
    private readonly redis: RedisConnections,
    private readonly logs: LogStream,
  ) {
    this.connection = redis.connect('log-tail', 'fail-fast');
  }

  /** Hands every line written from now on to `listener`. Answers how to end it. */
  async follow(tenantId: Uuid, listener: (entry: LogEntry) => void): Promise<() => void> {
    const key = logKey(this.redis.prefix, tenantId);
    const lastId = this.followed.has(key) ? undefined : await this.logs.lastId(tenantId).catch(() => undefined);
    const one = this.followed.get(key) ?? { lastId, listeners: new Set() };
    this.followed.set(key, one);
    one.listeners.add(listener);
    if (!this.running) void this.run();
    return () => {
      one.listeners.delete(listener);
      if (one.listeners.size === 0 && this.followed.get(key) === one) this.followed.delete(key);
    };
  }

  /** Lets go of everybody. */
  stop(): void {
    this.followed.clear();
  }

  private async run(): Promise<void> {
    this.running = true;
    try {
      while (this.followed.size > 0) await this.look().catch(() => delay(BLOCK_MS));
    } finally {
      this.running = false;
    }
  }

  private async look(): Promise<void> {
    // A tenant followed while Redis was away begins at what is new when it is back.
    const followed = [...this.followed];
    const keys = followed.map(([key]) => key);
    const ids = followed.map(([, one]) => one.lastId ?? '$');
    const found = await this.connection.xread('COUNT', MOST_LINES, 'BLOCK', BLOCK_MS, 'STREAMS', ...keys, ...ids);
    for (const [key, entries] of found ?? []) this.tell(key, entries);
  }

  private tell(key: string, entries: StreamEntry[]): void {
    const one = this.followed.get(key);
    if (!one) return;
    for (const entry of entries) {
      [one.lastId] = entry;
      for (const listener of one.listeners) listener(lineOf(entry));
    }
  }
}
