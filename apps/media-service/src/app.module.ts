import { IdempotencyModule, IdentityEnv, IdentityModule, LimitsModule } from '@app/identity';
import { StorageEnv, StorageModule } from '@app/storage';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AudioModule } from './audio/audio.module.js';
import { DirectUploadsModule } from './direct/direct-uploads.module.js';
import { MediaEnv } from './env.js';
import { GeneratedModule } from './generated/generated.module.js';
import { HealthController } from './health/health.controller.js';
import { ErrorFilter } from './http/error.filter.js';
import { DerivationsModule } from './jobs/derivations.module.js';
import { ServingModule } from './serving/serving.module.js';
import { StoresModule } from './stores.module.js';
import { SweepsModule } from './sweeping/sweeps.module.js';
import { UploadsModule } from './uploads/uploads.module.js';

/** The media-service. */
@Module({
  imports: [
    StoresModule,
    IdentityModule,
    LimitsModule,
    IdempotencyModule,
    StorageModule,
    UploadsModule,
    DirectUploadsModule,
    ServingModule,
    AudioModule,
    DerivationsModule,
    SweepsModule,
    GeneratedModule,
  ],
  controllers: [HealthController],
  providers: [{ provide: APP_FILTER, useClass: ErrorFilter }],
})
export class AppModule {
  /** The whole service, with settings that have been checked. */
  static with(env: MediaEnv): DynamicModule {
    return { module: AppModule, imports: [ProcessModule.with(env)] };
  }
}

/** What the process was given: its configuration. */
@Global()
@Module({})
class ProcessModule {
  static with(env: MediaEnv): DynamicModule {
    const providers = [
      { provide: MediaEnv, useValue: env },
      { provide: IdentityEnv, useExisting: MediaEnv },
      { provide: StorageEnv, useExisting: MediaEnv },
    ];
    return { module: ProcessModule, providers, exports: providers };
  }
}
