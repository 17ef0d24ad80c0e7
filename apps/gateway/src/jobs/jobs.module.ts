import type { Logger } from '@app/platform';
import { Database, Dispatch } from '@app/persistence';
import { Module } from '@nestjs/common';
import { GatewayEnv } from '../env.js';
import { MessagingModule } from '../messaging/messaging.module.js';
import { RowSweeper } from '../sweeping/row-sweeper.js';
import { LOGGER } from '../tokens.js';
import { JobsController } from './jobs.controller.js';
import { JobsService } from './jobs.service.js';

/** Questions whose answers are fetched later. */
@Module({
  imports: [MessagingModule],
  controllers: [JobsController],
  providers: [
    JobsService,
    {
      provide: RowSweeper,
      inject: [Database, Dispatch, GatewayEnv, LOGGER],
      useFactory: (database: Database, dispatch: Dispatch, env: GatewayEnv, logger: Logger) =>
        new RowSweeper({ database, dispatch, env, logger }, 'jobs'),
    },
  ],
})
export class JobsModule {}
