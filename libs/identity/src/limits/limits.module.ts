import { hostname } from 'node:os';
import { Database, PlanBook } from '@app/persistence';
import { IdentityNews, RateLimiter, RedisConnections, SocketCensus } from '@app/transport';
import {
  type BeforeApplicationShutdown,
  Global,
  Inject,
  Logger,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { IdentityEnv } from '../identity-env.js';
import { LimitsGuard } from './limits.guard.js';
import { LimitsService } from './limits.service.js';
import { Strangers } from './strangers.js';

/** How fast callers may go. Its guard stands behind the ones that know who is calling. */
@Global()
@Module({
  providers: [
    LimitsService,
    Strangers,
    { provide: PlanBook, inject: [Database, IdentityNews], useFactory: planBook },
    {
      provide: RateLimiter,
      inject: [RedisConnections],
      useFactory: (redis: RedisConnections) => new RateLimiter(redis, redis.logger),
    },
    {
      provide: SocketCensus,
      inject: [RedisConnections, IdentityEnv],
      useFactory: (redis: RedisConnections, env: IdentityEnv) =>
        new SocketCensus(redis, {
          process: env.INSTANCE_NAME ?? `${hostname()}-${process.pid}`,
          logger: redis.logger,
        }),
    },
    { provide: APP_GUARD, useClass: LimitsGuard },
  ],
  exports: [LimitsService, Strangers, PlanBook],
})
export class LimitsModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Limits');

  constructor(
    @Inject(IdentityEnv) private readonly env: IdentityEnv,
    @Inject(SocketCensus) private readonly census: SocketCensus,
  ) {}

  onApplicationBootstrap(): void {
    if (this.env.RATE_LIMITS) this.census.start();
    else this.logger.warn('RATE_LIMITS is off: nobody is held to any limit. This is for measurements only');
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.env.RATE_LIMITS) await this.census.stop();
  }
}

/** A change of plans takes effect at once where there is news of it, and else when what is remembered is over. */
function planBook(database: Database, news: IdentityNews): PlanBook {
  const plans = new PlanBook(database);
  news.hear((tenantId) => plans.forget(tenantId));
  return plans;
}
