import { RoomPublisher } from '@app/transport';
import { Module } from '@nestjs/common';
import { Announcer } from './announcer.js';
import { SocketServerHolder } from './socket-server-holder.js';

/** The way out to the sockets, for those who have something to tell; apart from the edge, where sockets come in. */
@Module({
  providers: [
    SocketServerHolder,
    {
      provide: RoomPublisher,
      inject: [SocketServerHolder],
      useFactory: (holder: SocketServerHolder) => new RoomPublisher(() => holder.adapter()),
    },
    Announcer,
  ],
  exports: [Announcer, SocketServerHolder],
})
export class AnnouncerModule {}
