import { tenantKey, type Uuid } from '@app/contracts';
import type { Redis } from 'ioredis';
import { FAIL_FAST_MS, type RedisConnections } from '../redis/redis-connections.js';
import { TOO_LATE, within } from '../redis/within.js';

/** How long channels are remembered after the last word of their socket, in milliseconds. */
const REMEMBERED_MS = 120_000;

/** Whose socket it was: only the same entity of the same tenant that knows the session is it again. */
export interface RememberedSocket {
  tenantId: Uuid;
  entityId: Uuid;
  /** A secret between a client and us, made anew for every page. */
  session: string;
}

/** What a socket heard. */
export interface Heard {
  /** Epoch milliseconds: all that it was sent before has surely reached it. */
  sure: number;
  /** Its channels, and behind which event of each it began to hear. */
  channels: Map<Uuid, number>;
}

/** Remembers for two minutes which channels a socket heard, so that any gateway can let it hear on. */
export class RoomMemory {
  private readonly connection: Redis;

  constructor(private readonly redis: RedisConnections) {
    this.connection = redis.connect('rooms', 'fail-fast', { enableAutoPipelining: true });
  }

  /** Never throws; answers within a quarter of a second. Without Redis nothing is remembered. */
  async remember(socket: RememberedSocket, { sure, channels }: Heard): Promise<void> {
    const value = JSON.stringify([sure, [...channels]]);
    await this.ask(() => this.connection.set(this.key(socket), value, 'PX', REMEMBERED_MS));
  }

  /** What the socket heard; undefined when that is forgotten. Never throws. */
  async recall(socket: RememberedSocket): Promise<Heard | undefined> {
    const value = await this.ask(() => this.connection.get(this.key(socket)));
    if (!value) return undefined;
    const [sure, channels] = JSON.parse(value) as [number, [Uuid, number][]];
    return { sure, channels: new Map(channels) };
  }

  private key({ tenantId, entityId, session }: RememberedSocket): string {
    return tenantKey(this.redis.prefix, tenantId, `heard:${entityId}:${session}`);
  }

  private async ask<T>(question: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await within(question(), FAIL_FAST_MS);
      return answer === TOO_LATE ? undefined : answer;
    } catch {
      return undefined;
    }
  }
}
