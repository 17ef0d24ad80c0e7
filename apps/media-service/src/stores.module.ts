import { Database, MediaPath } from '@app/persistence';
import { createLogger, MediaLinks, SecretBox } from '@app/platform';
import { RedisConnections, verifiedRedis } from '@app/transport';
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
        Database.open({
          url: env.DATABASE_URL,
          ownerUrl: env.DATABASE_OWNER_URL,
          poolSize: env.DATABASE_POOL_SIZE,
          prepared: env.DATABASE_PREPARED,
        }),
    },
    {
      provide: RedisConnections,
      inject: [MediaEnv],
      useFactory: (env: MediaEnv) =>
        verifiedRedis({ url: env.REDIS_URL, prefix: env.REDIS_PREFIX }, createLogger('media-service', env.LOG_LEVEL)),
    },
    { provide: MediaPath, inject: [Database], useFactory: (database: Database) => new MediaPath(database) },
    { provide: SecretBox, inject: [MediaEnv], useFactory: (env: MediaEnv) => new SecretBox(env.ENCRYPTION_KEY) },
    { provide: MediaLinks, inject: [MediaEnv], useFactory: (env: MediaEnv) => new MediaLinks(env.ENCRYPTION_KEY) },
  ],
  exports: [Database, RedisConnections, MediaPath, MediaLinks, SecretBox],
})
export class StoresModule implements OnApplicationShutdown {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(RedisConnections) private readonly redis: RedisConnections,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    this.redis.close();
    await this.database.close();
  }
}
