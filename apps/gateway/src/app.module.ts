import { IdempotencyModule, IdentityEnv, IdentityModule, LimitsModule } from '@app/identity';
import type { Logger } from '@app/platform';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AdminModule } from './admin/admin.module.js';
import { AgentsModule } from './agents/agents.module.js';
import { AuditModule } from './audit/audit.module.js';
import { GatewayEnv } from './env.js';
import { HealthModule } from './health/health.module.js';
import { ErrorFilter } from './http/error.filter.js';
import { RequestDrain } from './http/request-drain.js';
import { JobsModule } from './jobs/jobs.module.js';
import { MemoryModule } from './memory/memory.module.js';
import { MessagingModule } from './messaging/messaging.module.js';
import { PeopleModule } from './people/people.module.js';
import { RealtimeModule } from './realtime/realtime.module.js';
import { RunsModule } from './runs/runs.module.js';
import { ServerModule } from './server/server.module.js';
import { SessionsModule } from './sessions/sessions.module.js';
import { StoresModule } from './stores.module.js';
import { TeeModule } from './tee/tee.module.js';
import { LOGGER } from './tokens.js';
import { UsageModule } from './usage/usage.module.js';
import { TurnsModule } from './turns/turns.module.js';

/** The gateway. */
@Module({
  imports: [
    StoresModule,
    IdentityModule,
    LimitsModule,
    IdempotencyModule,
    AuditModule,
    HealthModule,
    ServerModule,
    TeeModule,
    AdminModule,
    AgentsModule,
    MessagingModule,
    RealtimeModule,
    SessionsModule,
    JobsModule,
    MemoryModule,
    PeopleModule,
    RunsModule,
    UsageModule,
    TurnsModule,
  ],
  providers: [RequestDrain],
})
export class AppModule {
  static of(env: GatewayEnv, logger: Logger): DynamicModule {
    return { module: AppModule, imports: [ProcessModule.of(env, logger)] };
  }
}

/** What the process was given: its configuration and its logger. */
@Global()
@Module({})
class ProcessModule {
  static of(env: GatewayEnv, logger: Logger): DynamicModule {
    const providers = [
      { provide: GatewayEnv, useValue: env },
      { provide: IdentityEnv, useExisting: GatewayEnv },
      { provide: LOGGER, useValue: logger },
    ];
    return {
      module: ProcessModule,
      providers: [...providers, { provide: APP_FILTER, useClass: ErrorFilter }],
      exports: providers,
    };
  }
}
