import { Database, Dispatch } from '@app/persistence';
import { MediaLinks, type Logger } from '@app/platform';
import { RoomPublisher, Sequencer } from '@app/transport';
import { Module } from '@nestjs/common';
import { LOGGER } from '../tokens.js';
import { Announcer } from './announcer.js';
import { ChannelListener } from './channel-listener.js';
import { SocketServerHolder } from './socket-server-holder.js';
import { StoredEvents } from './stored-events.js';

/**
 * The way out to those who listen, in order, for those who have something to tell; apart from the edge, where sockets
 * come in.
 */
@Module({
  providers: [
    SocketServerHolder,
    {
      provide: RoomPublisher,
      inject: [SocketServerHolder],
      useFactory: (holder: SocketServerHolder) => new RoomPublisher(() => holder.adapter()),
    },
    {
      provide: Sequencer,
      inject: [Database, Dispatch, MediaLinks, SocketServerHolder, LOGGER],
      useFactory: (
        database: Database,
        dispatch: Dispatch,
        links: MediaLinks,
        holder: SocketServerHolder,
        logger: Logger,
      ) => {
        const source = new StoredEvents({ database, dispatch, links }, () => holder.adapter());
        return new Sequencer(source, (error, room) =>
          logger.warn({ err: error, room }, 'Could not read missed events'),
        );
      },
    },
    Announcer,
    ChannelListener,
  ],
  exports: [Announcer, ChannelListener, RoomPublisher, Sequencer, SocketServerHolder],
})
export class AnnouncerModule {}
