import { Database, MediaPath } from '@app/persistence';
import { MediaLinks, SecretBox } from '@app/platform';
import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { MediaEnv } from './env.js';

/** The connections of this process, for every module. */
@Global()
@Module({
  providers: [
    {
      provide: Database,
      inject: [MediaEnv],
      useFactory: (env: MediaEnv) =>
        Database.open({ url: env.DATABASE_URL, ownerUrl: env.DATABASE_OWNER_URL, poolSize: env.DATABASE_POOL_SIZE }),
    },
    { provide: MediaPath, inject: [Database], useFactory: (database: Database) => new MediaPath(database) },
    { provide: SecretBox, inject: [MediaEnv], useFactory: (env: MediaEnv) => new SecretBox(env.ENCRYPTION_KEY) },
    { provide: MediaLinks, inject: [MediaEnv], useFactory: (env: MediaEnv) => new MediaLinks(env.ENCRYPTION_KEY) },
  ],
  exports: [Database, MediaPath, MediaLinks, SecretBox],
})
export class StoresModule implements OnApplicationShutdown {
  constructor(@Inject(Database) private readonly database: Database) {}

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}
