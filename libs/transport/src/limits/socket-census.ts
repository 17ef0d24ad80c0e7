import { tenantKey, type Uuid } from '@app/contracts';
import type { Logger } from '@app/platform';
import type { Redis, Result } from 'ioredis';
import { FAIL_FAST_MS, type RedisConnections } from '../redis/redis-connections.js';
import { TOO_LATE, within } from '../redis/within.js';

/** A bound on how many sockets there may be at one time. */
export interface Bound {
  /** Whose, within the tenant. */
  name: string;
  most: number;
}

/** How often a process says how many sockets it holds, in milliseconds. */
const REPORT_MS = 15_000;

/** A process that said nothing for so long, in milliseconds, is gone with all its sockets. */
const GONE_MS = 45_000;

/**
 * Says that this process wants to have so many sockets, unless with those of all others a bound would be passed. A key
 * holds how many sockets each process has, and when it said so. KEYS: the bounds. ARGV: process, after how many
 * milliseconds one counts as gone, then for each bound how many this process wants and how many are allowed in all.
 * Answers 0, or which bound (from 1) would be passed.
 */
const ENTER = `
local time = redis.call('TIME')
local now = math.floor(time[1] * 1000 + time[2] / 1000)
for i, key in ipairs(KEYS) do
  local all = redis.call('HGETALL', key)
  local sum = tonumber(ARGV[2 * i + 1])
  for j = 1, #all, 2 do
    local count, at = string.match(all[j + 1], '^(%d+):(%d+)$')
    if tonumber(at) < now - tonumber(ARGV[2]) then
      redis.call('HDEL', key, all[j])
    elseif all[j] ~= ARGV[1] then
      sum = sum + tonumber(count)
    end
  end
  if sum > tonumber(ARGV[2 * i + 2]) then return i end
end
for i, key in ipairs(KEYS) do
  redis.call('HSET', key, ARGV[1], ARGV[2 * i + 1] .. ':' .. now)
  redis.call('PEXPIRE', key, ARGV[2])
end
return 0
`;

/**
 * Says how many sockets this process has. KEYS: who is alive, then one key a bound. ARGV: process, after how many
 * milliseconds one counts as gone, and the count of each bound. Answers how many processes are alive.
 */
const REPORT = `
local time = redis.call('TIME')
local now = math.floor(time[1] * 1000 + time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
for i = 2, #KEYS do
  if ARGV[i + 1] == '0' then
    redis.call('HDEL', KEYS[i], ARGV[1])
  else
    redis.call('HSET', KEYS[i], ARGV[1], ARGV[i + 1] .. ':' .. now)
    redis.call('PEXPIRE', KEYS[i], ARGV[2])
  end
end
return redis.call('ZCARD', KEYS[1])
`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    enterSocket(...args: (string | number)[]): Result<number, Context>;
    reportSockets(...args: (string | number)[]): Result<number, Context>;
  }
}

/** How many sockets there are, of whom, over all gateways; and how many gateways. */
export class SocketCensus {
  private readonly connection: Redis;
  private readonly counts = new Map<string, number>();
  private timer?: NodeJS.Timeout;
  private alive = 1;

  constructor(
    private readonly redis: RedisConnections,
    private readonly config: { process: string; logger: Logger },
  ) {
    const scripts = { enterSocket: { lua: ENTER }, reportSockets: { lua: REPORT } };
    this.connection = redis.connect('socket-census', 'fail-fast', { scripts });
  }

  /** How many gateways there were when Redis last told. */
  get gateways(): number {
    return this.alive;
  }

  /** Reports now and then, until {@link stop}. */
  start(): void {
    void this.report();
    this.timer = setInterval(() => void this.report(), REPORT_MS).unref();
    this.redis.onReturn(() => void this.report());
  }

  /** Takes this process out of the count. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    for (const key of this.counts.keys()) this.counts.set(key, 0);
    await this.report();
    await within(this.connection.zrem(this.living, this.config.process), FAIL_FAST_MS).catch(() => undefined);
  }

  /**
   * Counts a socket in; answers the bound that is reached, if one is, and then counts nothing. While Redis is away each
   * process keeps to its part of the bounds.
   */
  async enter(tenantId: Uuid, bounds: Bound[]): Promise<Bound | undefined> {
    const keys = bounds.map((bound) => this.keyOf(tenantId, bound.name));
    this.add(keys, 1);
    const reached = await this.passed(keys, bounds);
    if (reached) this.add(keys, -1);
    return reached;
  }

  /** Counts a socket out again that was counted in under these names. */
  leave(tenantId: Uuid, names: string[]): void {
    const keys = names.map((name) => this.keyOf(tenantId, name));
    this.add(keys, -1);
    this.tell(keys).catch(() => undefined); // the next report says it again
  }

  private add(keys: string[], change: 1 | -1): void {
    for (const key of keys) this.counts.set(key, Math.max(0, this.countOf(key) + change));
  }

  private countOf(key: string): number {
    return this.counts.get(key) ?? 0;
  }

  private async passed(keys: string[], bounds: Bound[]): Promise<Bound | undefined> {
    if (keys.length === 0) return undefined;
    try {
      const wanted = bounds.flatMap(({ most }, i) => [this.countOf(keys[i]!), most]);
      const asked = this.connection.enterSocket(keys.length, ...keys, this.config.process, GONE_MS, ...wanted);
      const answer = await within(asked, FAIL_FAST_MS);
      if (answer !== TOO_LATE) return bounds[answer - 1];
    } catch (error) {
      this.config.logger.debug({ err: error }, 'Sockets are counted without Redis');
    }
    return bounds.find(({ most }, i) => this.countOf(keys[i]!) > Math.ceil(most / this.alive));
  }

  private async report(): Promise<void> {
    const keys = [...this.counts.keys()];
    try {
      this.alive = await this.tell(keys);
      for (const key of keys) if (this.countOf(key) === 0) this.counts.delete(key);
    } catch (error) {
      this.config.logger.debug({ err: error }, 'The sockets of this process could not be reported');
    }
  }

  private async tell(keys: string[]): Promise<number> {
    const counts = keys.map((key) => this.countOf(key));
    const told = this.connection.reportSockets(
      keys.length + 1,
      this.living,
      ...keys,
      this.config.process,
      GONE_MS,
      ...counts,
    );
    const answer = await within(told, FAIL_FAST_MS);
    if (answer === TOO_LATE) throw new Error('Redis is too slow for the census');
    return answer;
  }

  /** The key of the processes that are alive. */
  private get living(): string {
    return `${this.redis.prefix}:gateways`;
  }

  private keyOf(tenantId: Uuid, name: string): string {
    return tenantKey(this.redis.prefix, tenantId, `sockets:${name}`);
  }
}
