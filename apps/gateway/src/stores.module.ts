import type { Logger } from '@app/platform';
import { MediaLinks, SecretBox } from '@app/platform';
import { Database, Dispatch, MessagePath } from '@app/persistence';
import { keepTenantLogs, LogStream, RedisConnections, TurnQueue, verifiedRedis } from '@app/transport';
import { Global, Inject, Module, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { GatewayEnv } from './env.js';
import { LOGGER } from './tokens.js';

/** The connections of this process, for every module. */
@Global()
@Module({
  providers: [
    {
      provide: Database,
      inject: [GatewayEnv],
      useFactory: (env: GatewayEnv) =>
        Database.open({
          url: env.DATABASE_URL,
          ownerUrl: env.DATABASE_OWNER_URL,
          poolSize: env.DATABASE_POOL_SIZE,
          prepared: env.DATABASE_PREPARED,
        }),
    },
    { provide: Dispatch, inject: [Database], useFactory: (database: Database) => new Dispatch(database) },
    {
      provide: MessagePath,
      inject: [Database, GatewayEnv],
      useFactory: (database: Database, env: GatewayEnv) => new MessagePath(database, env.TURN_DEFAULT_SHARE),
    },
    {
      provide: RedisConnections,
      inject: [GatewayEnv, LOGGER],
      useFactory: (env: GatewayEnv, logger: Logger) =>
        verifiedRedis({ url: env.REDIS_URL, prefix: env.REDIS_PREFIX }, logger),
    },
    {
      provide: TurnQueue,
      inject: [RedisConnections, LOGGER],
      useFactory: (redis: RedisConnections, logger: Logger) => new TurnQueue(redis, logger),
    },
    {
      provide: LogStream,
      inject: [RedisConnections],
      useFactory: (redis: RedisConnections) => new LogStream(redis),
    },
    { provide: SecretBox, inject: [GatewayEnv], useFactory: (env: GatewayEnv) => new SecretBox(env.ENCRYPTION_KEY) },
    { provide: MediaLinks, inject: [GatewayEnv], useFactory: (env: GatewayEnv) => new MediaLinks(env.ENCRYPTION_KEY) },
  ],
  exports: [Database, Dispatch, LogStream, MediaLinks, MessagePath, RedisConnections, TurnQueue, SecretBox],
})
export class StoresModule implements OnModuleInit, OnApplicationShutdown {
  private endLogs?: () => void;

  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(LogStream) private readonly logs: LogStream,
    @Inject(Database) private readonly database: Database,
    @Inject(RedisConnections) private readonly redis: RedisConnections,
    @Inject(TurnQueue) private readonly queue: TurnQueue,
  ) {}

  onModuleInit(): void {
    this.endLogs = keepTenantLogs(this.logger, this.logs);
  }

  async onApplicationShutdown(): Promise<void> {
    this.endLogs?.();
    await this.queue.close().catch(() => undefined);
    this.redis.close();
    await this.database.close();
  }
}
