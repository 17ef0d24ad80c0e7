import type { Logger } from '@app/platform';
import { Database, Dispatch } from '@app/persistence';
import { Sequencer } from '@app/transport';
import { Module } from '@nestjs/common';
import { MessagingModule } from '../messaging/messaging.module.js';
import { LOGGER } from '../tokens.js';
import { AnnouncerModule } from './announcer.module.js';
import { CatchUpService } from './catch-up.service.js';
import { MessageGateway } from './message.gateway.js';
import { RoomsService } from './rooms.service.js';
import { SocketServerHolder } from './socket-server-holder.js';
import { StoredEvents } from './stored-events.js';

/** The socket edge: the only room of the house that knows the names of socket events on the wire. */
@Module({
  imports: [AnnouncerModule, MessagingModule],
  providers: [
    {
      provide: Sequencer,
      inject: [Database, Dispatch, SocketServerHolder, LOGGER],
      useFactory: (database: Database, dispatch: Dispatch, holder: SocketServerHolder, logger: Logger) => {
        const source = new StoredEvents(database, dispatch, () => holder.adapter());
        return new Sequencer(source, (error, room) =>
          logger.warn({ err: error, room }, 'Could not read missed events'),
        );
      },
    },
    CatchUpService,
    MessageGateway,
    RoomsService,
  ],
  exports: [Sequencer],
})
export class RealtimeModule {}
