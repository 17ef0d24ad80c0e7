import { Module } from '@nestjs/common';
import { MessagingModule } from '../messaging/messaging.module.js';
import { AnnouncerModule } from './announcer.module.js';
import { CatchUpService } from './catch-up.service.js';
import { MessageGateway } from './message.gateway.js';
import { RoomsService } from './rooms.service.js';

/** The socket edge: the only room of the house that knows the names of socket events on the wire. */
@Module({
  imports: [AnnouncerModule, MessagingModule],
  providers: [CatchUpService, MessageGateway, RoomsService],
})
export class RealtimeModule {}
