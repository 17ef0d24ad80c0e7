import type { Logger } from '@app/platform';
import { Database, Dispatch } from '@app/persistence';
import { RoomPublisher, Sequencer } from '@app/transport';
import { forwardRef, Module } from '@nestjs/common';
import { MessagingModule } from '../messaging/messaging.module.js';
import { LOGGER } from '../tokens.js';
import { Announcer } from './announcer.js';
import { CatchUpService } from './catch-up.service.js';
import { MessageGateway } from './message.gateway.js';
import { RoomsService } from './rooms.service.js';
import { SocketServerHolder } from './socket-server.js';
import { StoredEvents } from './stored-events.js';

/** The socket edge: the only room of the house that knows the names of socket events on the wire. */
@Module({
  imports: [forwardRef(() => MessagingModule)],
  providers: [
    SocketServerHolder,
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
    {
      provide: RoomPublisher,
      inject: [SocketServerHolder],
      useFactory: (holder: SocketServerHolder) => new RoomPublisher(() => holder.adapter()),
    },
    Announcer,
    CatchUpService,
    MessageGateway,
    RoomsService,
  ],
  exports: [Announcer, Sequencer, SocketServerHolder],
})
export class RealtimeModule {}
