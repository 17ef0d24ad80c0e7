import { forwardRef, Module } from '@nestjs/common';
import { RealtimeModule } from '../realtime/realtime.module.js';
import { ChannelDirectory } from './channel-directory.js';
import { MessagesService } from './messages.service.js';

/** Message servers, channels, who takes part in them, and what is said. */
@Module({
  imports: [forwardRef(() => RealtimeModule)],
  controllers: [],
  providers: [ChannelDirectory, MessagesService],
  exports: [ChannelDirectory, MessagesService],
})
export class MessagingModule {}
