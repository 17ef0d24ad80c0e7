import { installationKey, tenantKey, type Rate, type Uuid } from '@app/contracts';
import type { Logger } from '@app/platform';
import type { Redis, Result } from 'ioredis';
import { FAIL_FAST_MS, type RedisConnections } from '../redis/redis-connections.js';
import { redisCall } from '../redis/redis-metrics.js';
import { TOO_LATE, within } from '../redis/within.js';
import { decisions } from './limit-metrics.js';
import { LocalRates } from './local-rates.js';

/** One limit that a request counts against. */
export interface Spending {
  /** Whose and of what, within the tenant. */
  name: string;
  rate: Rate;
}

/** Whether a request may go on, and how it stands with the limit it is nearest to. */
export interface Verdict {
  allowed: boolean;
  rate: Rate;
  /** How many more may come at once. */
  remaining: number;
  /** When nothing of the limit is used up any more, in milliseconds. */
  resetMs: number;
  /** When the next try may succeed, in milliseconds; 0 when allowed. */
  retryMs: number;
}

/**
 * Counts one request against several limits, all or none, by the generic cell rate algorithm: each key holds when its
 * limit will be unused again. Redis's own clock decides, so that gateways need not agree about the time.
 * KEYS: the limits. ARGV: how many at once and in how many milliseconds again, for each.
 * Answers: 1 or 0, which limit (from 1), remaining, reset and retry in milliseconds.
 */
const SPEND = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local after, nearest, least, refused, wait = {}, 1, math.huge, 0, 0
for i, key in ipairs(KEYS) do
  local limit, window = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local step = window / limit
  local unused = math.max(tonumber(redis.call('GET', key) or '0'), now)
  -- More than a whole window ahead is what a tighter limit left that held before: under this one it counts for nothing.
  if unused > now + window + 1 then unused = now end
  after[i] = unused + step
  local over = after[i] - now - window
  if over > 0.01 and over > wait then refused, wait = i, over end
  local remaining = math.floor((window - (after[i] - now)) / step + 0.0001)
  if remaining < least then nearest, least = i, remaining end
end
if refused > 0 then
  local window = tonumber(ARGV[2 * refused])
  return {0, refused, 0, math.ceil(window), math.ceil(wait)}
end
for i, key in ipairs(KEYS) do
  redis.call('SET', key, string.format('%.3f', after[i]), 'PX', math.ceil(after[i] - now))
end
return {1, nearest, least, math.ceil(after[nearest] - now), 0}
`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    spendRates(...args: (string | number)[]): Result<[number, number, number, number, number], Context>;
  }
}

/** Limits by rate that all gateways share. */
export class RateLimiter {
  private readonly connection: Redis;
  private readonly local = new LocalRates();
  private away = false;
  private unshared = 0;

  constructor(
    private readonly redis: RedisConnections,
    private readonly logger: Logger,
  ) {
    this.connection = redis.connect('limits', 'fail-fast', { scripts: { spendRates: { lua: SPEND } } });
  }

  /** How many requests were judged without Redis. */
  get judgedAlone(): number {
    return this.unshared;
  }

  /**
   * Counts one request of a tenant, or of nobody yet. While Redis is away there is nothing to share: `alone` says which part of each limit this
   * process may give out then, or that it need not ask.
   */
  async spend(tenantId: Uuid | undefined, spendings: Spending[], alone: number | 'open'): Promise<Verdict | undefined> {
    if (spendings.length === 0) return undefined;
    const shared = await this.ask(tenantId, spendings);
    if (shared) return decided('shared', shared);
    this.unshared++;
    if (alone === 'open') {
      decisions.add({ by: 'open', verdict: 'allowed' });
      return undefined;
    }
    const verdict = this.local.spend(
      spendings.map(({ name, rate }) => ({
        name: `${tenantId ?? ''}:${name}`,
        rate: { ...rate, limit: Math.max(1, Math.floor(rate.limit * alone)) },
      })),
    );
    return decided('alone', verdict);
  }

  private async ask(tenantId: Uuid | undefined, spendings: Spending[]): Promise<Verdict | undefined> {
    const { prefix } = this.redis;
    const keys = spendings.map(({ name }) =>
      tenantId === undefined ? installationKey(prefix, `rate:${name}`) : tenantKey(prefix, tenantId, `rate:${name}`),
    );
    const rates = spendings.flatMap(({ rate }) => [rate.limit, rate.seconds * 1_000]);
    const called = redisCall('limits');
    try {
      const answer = await within(this.connection.spendRates(keys.length, ...keys, ...rates), FAIL_FAST_MS);
      if (answer === TOO_LATE) throw new Error('Redis is too slow for the limits');
      called('done');
      this.back();
      const [allowed, which, remaining, resetMs, retryMs] = answer;
      return { allowed: allowed === 1, rate: spendings[which - 1]!.rate, remaining, resetMs, retryMs };
    } catch (error) {
      called('failed');
      if (!this.away) this.logger.warn({ err: error }, 'Limits are not shared: reads pass, writes get a local share');
      this.away = true;
      return undefined;
    }
  }

  private back(): void {
    if (this.away) this.logger.info('Limits are shared again');
    this.away = false;
  }
}

function decided(by: 'shared' | 'alone', verdict: Verdict): Verdict {
  decisions.add({ by, verdict: verdict.allowed ? 'allowed' : 'refused' });
  return verdict;
}
