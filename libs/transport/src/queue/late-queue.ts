import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { RedisConnections } from '../redis/redis-connections.js';

/** The producing side of a queue, over a connection of its own that fails fast. */
export class LateQueue<T> {
  private readonly connection: Redis;
  private readonly opening: () => void;
  private queue?: Queue<T>;

  constructor(redis: RedisConnections, purpose: string, name: string) {
    this.connection = redis.connect(purpose, 'fail-fast');
    // BullMQ asks Redis for its version as it is made, and never again: it is made when somebody answers.
    this.opening = () => {
      this.queue ??= open<T>(name, { connection: this.connection, prefix: queuePrefix(redis.prefix) });
    };
    if (this.connection.status === 'ready') this.opening();
    else this.connection.on('ready', this.opening);
  }

  /** @throws Error while Redis has never answered */
  opened(): Queue<T> {
    if (!this.queue) throw new Error('Redis has not answered yet');
    return this.queue;
  }

  async close(): Promise<void> {
    this.connection.off('ready', this.opening);
    await this.queue?.close();
  }
}

/** Braces keep the queue's keys on one node of a Redis cluster. */
export function queuePrefix(prefix: string): string {
  return `{${prefix}}`;
}

function open<T>(name: string, where: { connection: Redis; prefix: string }): Queue<T> {
  const queue = new Queue<T>(name, { ...where, skipWaitingForReady: true });
  queue.on('error', () => undefined); // reported by the connection
  return queue;
}
