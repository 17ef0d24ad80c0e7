import { Database } from '@app/persistence';
import { InternalServer, StoreProbe, type Logger } from '@app/platform';
import { RedisConnections } from '@app/transport';
import type { INestApplication } from '@nestjs/common';
import { WorkerEnv } from '../env.js';
import { TurnsService } from '../turns/turns.module.js';

/** Serves metrics and probes beside a worker. It can work while Postgres and Redis are there. */
export function withInternalServer(app: INestApplication, logger: Logger): Promise<{ close(): Promise<unknown> }> {
  const [database, redis] = [app.get(Database), app.get(RedisConnections)];
  const turns = app.get(TurnsService, { strict: false });
  const postgres = new StoreProbe('Postgres', () => database.ping());
  const queue = new StoreProbe('Redis', () => redis.ping());
  const vitals = {
    live: (): string | undefined => (turns.couldTake() ? undefined : 'No turn can be taken: all slots are stuck'),
    ready: async (): Promise<string | undefined> => {
      const [first, second] = await Promise.all([postgres.check(), queue.check()]);
      return first ?? second;
    },
  };
  return InternalServer.beside(app, { address: app.get(WorkerEnv), vitals, logger });
}
