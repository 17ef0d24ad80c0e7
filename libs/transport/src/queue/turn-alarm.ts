import type { Uuid } from '@app/contracts';
import type { Redis } from 'ioredis';
import { FAIL_FAST_MS, type RedisConnections } from '../redis/redis-connections.js';
import { within } from '../redis/within.js';

/**
 * Tells workers at once that a turn was asked to stop. It is a hint: who does not hear it is told when leases are next
 * renewed, within a second.
 */
export class TurnAlarm {
  private readonly channel: string;
  private publisher?: Redis;

  constructor(private readonly redis: RedisConnections) {
    this.channel = `${redis.prefix}:asked-to-stop`;
  }

  /** Tells it. Never throws, and takes a quarter of a second at most. */
  async tell(turnId: Uuid): Promise<void> {
    this.publisher ??= this.redis.connect('turn-alarm', 'fail-fast');
    try {
      await within(this.publisher.publish(this.channel, turnId), FAIL_FAST_MS);
    } catch {
      // Redis is away: the next renewal tells
    }
  }

  /** Calls `listener` with every turn of which it is told. Answers how to end it. */
  hear(listener: (turnId: Uuid) => void): () => void {
    const subscriber: Redis = this.redis.connect('turn-alarm-ears', 'fail-fast');
    subscriber.on('ready', () => void subscriber.subscribe(this.channel).catch(() => undefined));
    subscriber.on('message', (_channel, turnId) => listener(turnId));
    return () => subscriber.disconnect();
  }
}
