import { LogStream, LogTail, RedisConnections, RoomMemory } from '@app/transport';
import { Module } from '@nestjs/common';
import { MessagingModule } from '../messaging/messaging.module.js';
import { AnnouncerModule } from './announcer.module.js';
import { CancelGateway } from './cancel.gateway.js';
import { CatchUpService } from './catch-up.service.js';
import { LogGateway } from './log.gateway.js';
import { MembershipWatch } from './membership-watch.js';
import { MessageGateway } from './message.gateway.js';
import { MissedEvents } from './missed-events.js';
import { RefusalFilter } from './refusal.filter.js';
import { RejoinService } from './rejoin.service.js';
import { RoomsService } from './rooms.service.js';
import { SlowReaders } from './slow-readers.js';

/** The socket edge: the only room of the house that knows the names of socket events on the wire. */
@Module({
  imports: [AnnouncerModule, MessagingModule],
  providers: [
    {
      provide: RoomMemory,
      inject: [RedisConnections],
      useFactory: (redis: RedisConnections) => new RoomMemory(redis),
    },
    {
      provide: LogTail,
      inject: [RedisConnections, LogStream],
      useFactory: (redis: RedisConnections, logs: LogStream) => new LogTail(redis, logs),
    },
    CancelGateway,
    CatchUpService,
    LogGateway,
    MembershipWatch,
    MessageGateway,
    MissedEvents,
    RefusalFilter,
    RejoinService,
    RoomsService,
    SlowReaders,
  ],
})
export class RealtimeModule {}
