import { Module, type DynamicModule } from '@nestjs/common';
import { MediaEnv } from '../env.js';
import { ObjectStorage } from './object-storage.service.js';
import { S3Connection } from './s3-connection.js';

@Module({})
export class StorageModule {
  /** Offers {@link ObjectStorage} on the store of these settings. */
  static with(env: MediaEnv): DynamicModule {
    return {
      module: StorageModule,
      providers: [{ provide: MediaEnv, useValue: env }, S3Connection, ObjectStorage],
      exports: [ObjectStorage],
    };
  }
}
