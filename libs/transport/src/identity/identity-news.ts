import type { Uuid } from '@app/contracts';
import type { Redis } from 'ioredis';
import { FAIL_FAST_MS, type RedisConnections } from '../redis/redis-connections.js';
import { within } from '../redis/within.js';

/** Said in place of a tenant when all of them are meant. */
const EVERYBODY = '*';

/**
 * Tells every process that a tenant, or a key or an issuer of it, has changed. It is a hint: who hears it looks itself,
 * and who does not looks a little later.
 */
export class IdentityNews {
  private readonly publisher: Redis;
  private readonly channel: string;
  private readonly listeners = new Set<(tenantId: Uuid | undefined) => void>();

  constructor(redis: RedisConnections) {
    this.channel = `${redis.prefix}:identity`;
    this.publisher = redis.connect('identity-news', 'fail-fast');
    const subscriber = redis.connect('identity-ears', 'fail-fast');
    subscriber.on('ready', () => void subscriber.subscribe(this.channel).catch(() => undefined));
    subscriber.on('message', (_channel, tenantId) => {
      for (const listener of this.listeners) listener(tenantId === EVERYBODY ? undefined : tenantId);
    });
  }

  /** Tells it. Never throws, and takes a quarter of a second at most. */
  async tell(tenantId: Uuid): Promise<void> {
    await this.publish(tenantId);
  }

  /** Tells that something has changed that many tenants may share, such as a plan. */
  async tellAll(): Promise<void> {
    await this.publish(EVERYBODY);
  }

  /** Calls `listener` whenever somebody tells of a tenant, or of all of them: then of none by name. */
  hear(listener: (tenantId: Uuid | undefined) => void): void {
    this.listeners.add(listener);
  }

  private async publish(whom: string): Promise<void> {
    try {
      await within(this.publisher.publish(this.channel, whom), FAIL_FAST_MS);
    } catch {
      // Redis is away: everybody looks by himself every two seconds
    }
  }
}
