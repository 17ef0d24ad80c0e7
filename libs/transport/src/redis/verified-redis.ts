import type { Logger } from '@app/platform';
import { readyWithin, RedisConnections, verifyRedis, type RedisConfig } from './redis-connections.js';

/** How long the start waits for Redis, in milliseconds. */
const START_MS = 10_000;

/**
 * Opens connections for a process that begins. One that Redis is away from begins without it, and says so.
 *
 * @throws Error when this Redis cannot be relied on, saying what to change
 */
export async function verifiedRedis(config: RedisConfig, logger: Logger): Promise<RedisConnections> {
  const redis = new RedisConnections(config, logger);
  const probe = redis.connect('probe', 'fail-fast');
  if (await readyWithin(probe, START_MS)) await verifyRedis(probe);
  else logger.warn('Redis cannot be reached; beginning without it until it is back');
  return redis;
}
