import { tenantKey, type LogEntry, type Uuid } from '@app/contracts';
import type { Redis } from 'ioredis';
import { FAIL_FAST_MS, type RedisConnections } from '../redis/redis-connections.js';
import { TOO_LATE, within } from '../redis/within.js';

/** About so many lines are kept of each tenant. */
const KEPT_LINES = 2_000;

/** So many lines may wait to be written; further ones are dropped. */
const MOST_WAITING = 2_000;

/** Lines are gathered for so long, in milliseconds. */
const GATHER_MS = 50;

/** The key of a tenant's log in Redis. */
export function logKey(prefix: string, tenantId: Uuid): string {
  return tenantKey(prefix, tenantId, 'logs');
}

/** An entry of a stream as Redis answers it: its id, and names and values by turns. */
export type StreamEntry = [id: string, fields: string[]];

/** A line out of the stream. */
export function lineOf([, fields]: StreamEntry): LogEntry {
  return JSON.parse(fields[1] ?? '{}') as LogEntry;
}

/** The last lines of each tenant's log, in a capped Redis stream that all processes write and any may read. */
export class LogStream {
  private readonly connection: Redis;
  private waiting: { tenantId: Uuid; line: string }[] = [];
  private timer?: NodeJS.Timeout;
  private writing = false;
  private lost = 0;

  constructor(private readonly redis: RedisConnections) {
    this.connection = redis.connect('logs', 'fail-fast');
  }

  /** How many lines were dropped because Redis was away or too slow. */
  get dropped(): number {
    return this.lost;
  }

  /** Writes a line soon. Never throws and never waits: what Redis does not take is dropped and counted. */
  write(tenantId: Uuid, entry: LogEntry): void {
    if (this.waiting.length >= MOST_WAITING) {
      this.lost++;
      return;
    }
    this.waiting.push({ tenantId, line: JSON.stringify(entry) });
    this.timer ??= setTimeout(() => void this.flush(), GATHER_MS).unref();
  }

  /** Writes a tenant's lines now. Answers whether Redis has them. */
  async writeNow(tenantId: Uuid, entries: LogEntry[]): Promise<boolean> {
    return this.add(entries.map((entry) => ({ tenantId, line: JSON.stringify(entry) })));
  }

  /**
   * The kept lines of a tenant, oldest first.
   *
   * @throws Error when Redis does not answer within a quarter of a second
   */
  async recent(tenantId: Uuid): Promise<LogEntry[]> {
    const entries = await this.ask(this.connection.xrange(logKey(this.redis.prefix, tenantId), '-', '+'));
    return entries.map(lineOf);
  }

  /**
   * Where a tenant's log ends: what comes behind it is new.
   *
   * @throws Error when Redis does not answer within a quarter of a second
   */
  async lastId(tenantId: Uuid): Promise<string> {
    const [last] = await this.ask(this.connection.xrevrange(logKey(this.redis.prefix, tenantId), '+', '-', 'COUNT', 1));
    return last?.[0] ?? '0-0';
  }

  /**
   * Forgets a tenant's lines.
   *
   * @throws Error when Redis does not answer within a quarter of a second
   */
  async clear(tenantId: Uuid): Promise<void> {
    await this.ask(this.connection.del(logKey(this.redis.prefix, tenantId)));
  }

  private async flush(): Promise<void> {
    this.timer = undefined;
    if (this.writing) return;
    this.writing = true;
    try {
      while (this.waiting.length > 0) await this.add(this.waiting.splice(0, 500));
    } finally {
      this.writing = false;
    }
  }

  private async add(lines: { tenantId: Uuid; line: string }[]): Promise<boolean> {
    const pipeline = this.connection.pipeline();
    for (const { tenantId, line } of lines) {
      pipeline.xadd(logKey(this.redis.prefix, tenantId), 'MAXLEN', '~', KEPT_LINES, '*', 'line', line);
    }
    try {
      const results = (await this.ask(pipeline.exec())) ?? [];
      const failed = results.filter(([error]) => error !== null).length;
      this.lost += failed;
      return failed === 0;
    } catch {
      this.lost += lines.length;
      return false;
    }
  }

  private async ask<T>(question: Promise<T>): Promise<T> {
    const answer = await within(question, FAIL_FAST_MS);
    if (answer === TOO_LATE) throw new Error('Redis is too slow for the log');
    return answer;
  }
}
