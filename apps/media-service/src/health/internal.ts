import { Database } from '@app/persistence';
import { InternalServer, StoreProbe, type Logger } from '@app/platform';
import type { INestApplication } from '@nestjs/common';
import { MediaEnv } from '../env.js';
import { ObjectStorage } from '@app/storage';

/** Serves metrics and probes beside a media-service. It can work while Postgres and the object store are there. */
export function withInternalServer(app: INestApplication, logger: Logger): Promise<{ close(): Promise<unknown> }> {
  const [database, storage] = [app.get(Database), app.get(ObjectStorage, { strict: false })];
  const postgres = new StoreProbe('Postgres', () => database.ping());
  const objects = new StoreProbe('The object store', () => storage.check());
  const ready = async (): Promise<string | undefined> => {
    const [first, second] = await Promise.all([postgres.check(), objects.check()]);
    return first ?? second;
  };
  return InternalServer.beside(app, { address: app.get(MediaEnv), vitals: { ready }, logger });
}
