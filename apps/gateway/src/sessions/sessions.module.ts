import type { Logger } from '@app/platform';
import { Database, Dispatch } from '@app/persistence';
import { Module } from '@nestjs/common';
import { GatewayEnv } from '../env.js';
import { MessagingModule } from '../messaging/messaging.module.js';
import { RowSweeper } from '../sweeping/row-sweeper.js';
import { LOGGER } from '../tokens.js';
import { SessionMessagesController } from './session-messages.controller.js';
import { SessionMessagesService } from './session-messages.service.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsService } from './sessions.service.js';

/** Conversations that end by themselves. */
@Module({
  imports: [MessagingModule],
  controllers: [SessionsController, SessionMessagesController],
  providers: [
    SessionsService,
    SessionMessagesService,
    {
      provide: RowSweeper,
      inject: [Database, Dispatch, GatewayEnv, LOGGER],
      useFactory: (database: Database, dispatch: Dispatch, env: GatewayEnv, logger: Logger) =>
        new RowSweeper({ database, dispatch, env, logger }, 'sessions'),
    },
  ],
})
export class SessionsModule {}
