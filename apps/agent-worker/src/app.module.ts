import type { Logger } from '@app/platform';
import { Database } from '@app/persistence';
import { keepTenantLogs, LogStream, RedisConnections, verifiedRedis } from '@app/transport';
import { type DynamicModule, Global, Inject, Module, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { ChoresModule } from './chores/chores.module.js';
import { WorkerEnv } from './env.js';
import { ErasingModule } from './erasing/erasing.module.js';
import { HealthController } from './health/health.controller.js';
import { TitlesModule } from './titles/titles.module.js';
import { LOGGER } from './tokens.js';
import { TurnsModule } from './turns/turns.module.js';

/** The connections of this process. Closed last. */
@Global()
@Module({
  providers: [
    {
      provide: Database,
      inject: [WorkerEnv],
      useFactory: (env: WorkerEnv) =>
        Database.open({
          url: env.DATABASE_URL,
          ownerUrl: env.DATABASE_OWNER_URL,
          poolSize: env.DATABASE_POOL_SIZE,
          prepared: env.DATABASE_PREPARED,
        }),
    },
    {
      provide: RedisConnections,
      inject: [WorkerEnv, LOGGER],
      useFactory: (env: WorkerEnv, logger: Logger) =>
        verifiedRedis({ url: env.REDIS_URL, prefix: env.REDIS_PREFIX }, logger),
    },
  ],
  exports: [Database, RedisConnections],
})
class StoresModule {}

/** The agent-worker. */
@Global()
@Module({
  imports: [StoresModule, TurnsModule, ChoresModule, ErasingModule, TitlesModule],
  controllers: [HealthController],
})
export class AppModule implements OnModuleInit, OnApplicationShutdown {
  private endLogs?: () => void;

  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(Database) private readonly database: Database,
    @Inject(RedisConnections) private readonly redis: RedisConnections,
  ) {}

  static of(env: WorkerEnv, logger: Logger): DynamicModule {
    const providers = [
      { provide: WorkerEnv, useValue: env },
      { provide: LOGGER, useValue: logger },
    ];
    return { module: AppModule, providers, exports: providers };
  }

  onModuleInit(): void {
    this.endLogs = keepTenantLogs(this.logger, new LogStream(this.redis));
  }

  async onApplicationShutdown(): Promise<void> {
    this.endLogs?.();
    this.redis.close();
    await this.database.close();
  }
}
