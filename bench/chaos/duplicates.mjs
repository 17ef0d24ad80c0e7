import { setTimeout as delay } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { ask } from '../lib/postgres.mjs';

const LOOK_MS = 50;

/** Delivers every turn's job again and again, as a queue that promises "at least once" may. */
export class Duplicates {
  #stopped = false;
  #working = Promise.resolve();
  delivered = 0;

  constructor({ stores }, times) {
    this.stores = stores;
    this.times = times;
  }

  async start() {
    this.connection = new Redis(this.stores.redis.server.url, { maxRetriesPerRequest: null });
    const [name, prefix] = await this.#queue();
    this.queue = new Queue(name, { connection: this.connection, prefix });
    this.#working = this.#work();
    return this;
  }

  figures() {
    return { jobsDeliveredAgain: this.delivered };
  }

  async stop() {
    this.#stopped = true;
    await this.#working;
    await this.queue.close();
    this.connection.disconnect();
  }

  /** The queue of turns is found by the key every queue of BullMQ has. */
  async #queue() {
    for (;;) {
      for (const key of await this.connection.keys('*:meta')) {
        const [, prefix, name] = /^(.*):([^:]*turn[^:]*):meta$/.exec(key) ?? [];
        if (name) return [name, prefix];
      }
      await delay(100);
    }
  }

  async #work() {
    const seen = new Map();
    while (!this.#stopped) {
      const rows = await ask(
        this.stores.adminUrl,
        `select tenant_id as "tenantId", id as "turnId" from turns where state in ('released', 'running')`,
      ).catch(() => []);
      for (const turn of rows) {
        const count = seen.get(turn.turnId) ?? 0;
        if (count >= this.times - 1) continue;
        seen.set(turn.turnId, count + 1);
        this.delivered += 1;
        const jobId = `again-${count}-${turn.turnId}`;
        await this.queue.add('turn', turn, { jobId, removeOnComplete: true, removeOnFail: true });
      }
      await delay(LOOK_MS);
    }
  }
}
