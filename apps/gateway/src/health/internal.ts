import { Database } from '@app/persistence';
import { InternalServer, StoreProbe, type Logger } from '@app/platform';
import type { INestApplication } from '@nestjs/common';
import { GatewayEnv } from '../env.js';

/** Serves metrics and probes beside a gateway. It can work while Postgres is there: Redis it can do without. */
export function withInternalServer(app: INestApplication, logger: Logger): Promise<{ close(): Promise<unknown> }> {
  const database = app.get(Database);
  const postgres = new StoreProbe('Postgres', () => database.ping());
  return InternalServer.beside(app, {
    address: app.get(GatewayEnv),
    vitals: { ready: () => postgres.check() },
    logger,
  });
}
