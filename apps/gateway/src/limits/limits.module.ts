import { hostname } from 'node:os';
import { Database, PlanBook } from '@app/persistence';
import type { Logger } from '@app/platform';
import { IdentityNews, RateLimiter, RedisConnections, SocketCensus } from '@app/transport';
import { type BeforeApplicationShutdown, Global, Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { GatewayEnv } from '../env.js';
import { LOGGER } from '../tokens.js';
import { LimitsGuard } from './limits.guard.js';
import { LimitsService } from './limits.service.js';

/** How fast callers may go. Its guard stands behind the one that knows who is calling. */
@Global()
@Module({
  providers: [
    LimitsService,
    { provide: PlanBook, inject: [Database, IdentityNews], useFactory: planBook },
    {
      provide: RateLimiter,
      inject: [RedisConnections, LOGGER],
      useFactory: (redis: RedisConnections, logger: Logger) => new RateLimiter(redis, logger),
    },
    {
      provide: SocketCensus,
      inject: [RedisConnections, GatewayEnv, LOGGER],
      useFactory: (redis: RedisConnections, env: GatewayEnv, logger: Logger) =>
        new SocketCensus(redis, { process: env.INSTANCE_NAME ?? `${hostname()}-${process.pid}`, logger }),
    },
    { provide: APP_GUARD, useClass: LimitsGuard },
  ],
  exports: [LimitsService, PlanBook],
})
export class LimitsModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Inject(GatewayEnv) private readonly env: GatewayEnv,
    @Inject(SocketCensus) private readonly census: SocketCensus,
    @Inject(LOGGER) private readonly logger: Logger,
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
