import type { Logger } from '@app/platform';
import { Redis, type RedisOptions } from 'ioredis';
import { redisCall, watchConnections } from './redis-metrics.js';

/** How to reach Redis. */
export interface RedisConfig {
  url: string;
  /** Leads every key and channel of ours, so that installations can share a Redis. */
  prefix: string;
}

/**
 * How a connection behaves while Redis is away. `fail-fast`: a command fails at once, whoever gave it has a way to go
 * on. `patient`: commands wait, for consumers that have nothing else to do.
 */
type Temper = 'fail-fast' | 'patient';

/** The longest a command on a fail-fast connection may take, in milliseconds. */
export const FAIL_FAST_MS = 250;

/** How long {@link RedisConnections.ping} waits for its connection, in milliseconds. */
const FIRST_PING_MS = 1_000;

/**
 * Opens connections that come back by themselves: the host name is looked up anew at every try, so a Redis that moved
 * is found. Errors are logged once per outage.
 */
export class RedisConnections {
  private readonly open: Redis[] = [];
  private readonly returned = new Set<() => void>();
  private readonly unwatch = watchConnections(this.open);
  private pinging?: Redis;

  constructor(
    private readonly config: RedisConfig,
    /** Where what uses a connection may complain too. */
    readonly logger: Logger,
  ) {}

  get prefix(): string {
    return this.config.prefix;
  }

  /** A connection of its own for `purpose`. */
  connect(purpose: string, temper: Temper, more: RedisOptions = {}): Redis {
    const options: RedisOptions =
      temper === 'fail-fast'
        ? { enableOfflineQueue: false, maxRetriesPerRequest: 1, autoResubscribe: false }
        : { maxRetriesPerRequest: null };
    const redis = new Redis(this.config.url, {
      connectTimeout: 5_000,
      retryStrategy: (times) => Math.min(50 * times, 1_000),
      connectionName: `${this.config.prefix}:${purpose}`,
      ...options,
      ...more,
    });
    this.report(redis, purpose);
    this.open.push(redis);
    return redis;
  }

  /** Calls `action` whenever a connection is back after Redis was away. */
  onReturn(action: () => void): void {
    this.returned.add(action);
  }

  /** Whether Redis answers. */
  async ping(): Promise<void> {
    this.pinging ??= this.connect('ping', 'fail-fast');
    await readyWithin(this.pinging, FIRST_PING_MS);
    const called = redisCall('ping');
    try {
      await this.pinging.ping();
      called('done');
    } catch (error) {
      called('failed');
      throw error;
    }
  }

  /** Resolves when every connection there is now is ready, and in any case after `ms` milliseconds. Answers whether. */
  async ready(ms: number): Promise<boolean> {
    const ready = await Promise.all(this.open.map((redis) => readyWithin(redis, ms)));
    return ready.every(Boolean);
  }

  /** Closes every connection. */
  close(): void {
    this.unwatch();
    for (const redis of this.open) redis.disconnect();
  }

  private report(redis: Redis, purpose: string): void {
    let away = false;
    redis.on('error', (error) => {
      if (!away) this.logger.warn({ purpose, err: error }, 'Redis is away; trying to reach it again');
      away = true;
    });
    redis.on('ready', () => {
      if (!away) return;
      away = false;
      this.logger.info({ purpose }, 'Redis is back');
      for (const action of this.returned) action();
    });
  }
}

/** Resolves when the connection is ready, and in any case after `ms` milliseconds. Answers whether it is ready. */
export async function readyWithin(redis: Redis, ms: number): Promise<boolean> {
  if (redis.status === 'ready') return true;
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      redis.off('ready', done);
      resolve(redis.status === 'ready');
    };
    const timer = setTimeout(done, ms);
    redis.once('ready', done);
  });
}

/**
 * Makes sure that this Redis can be relied on: version 7 for sharded channels, and no eviction, which would throw
 * queued work away.
 *
 * @throws Error saying what to change
 */
export async function verifyRedis(redis: Redis): Promise<void> {
  const version = /redis_version:(\d+)/.exec(await redis.info('server'))?.[1];
  if (Number(version) < 7) throw new Error(`Redis 7 or newer is needed; this one says version ${version ?? 'unknown'}`);
  const policy = /maxmemory_policy:(\S+)/.exec(await redis.info('memory'))?.[1];
  if (policy && policy !== 'noeviction') {
    throw new Error(`Redis must keep what it is given: set maxmemory-policy to noeviction (it is ${policy})`);
  }
}
