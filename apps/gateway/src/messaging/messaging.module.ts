import { Module } from '@nestjs/common';
import { AnnouncerModule } from '../realtime/announcer.module.js';
import { TurnsModule } from '../turns/turns.module.js';
import { AnswersService } from './answers.service.js';
import { ChannelDirectory } from './channel-directory.js';
import { ChannelMessagesController } from './channel-messages.controller.js';
import { ChannelMessagesService } from './channel-messages.service.js';
import { ChannelsController } from './channels.controller.js';
import { ChannelsService } from './channels.service.js';
import { MessageServersController } from './message-servers.controller.js';
import { MessageServersService } from './message-servers.service.js';
import { MessagesService } from './messages.service.js';
import { ParticipantsController } from './participants.controller.js';
import { ParticipantsService } from './participants.service.js';

/** Message servers, channels, who takes part in them, and what is said. */
@Module({
  imports: [AnnouncerModule, TurnsModule],
  controllers: [MessageServersController, ChannelsController, ParticipantsController, ChannelMessagesController],
  providers: [
    AnswersService,
    ChannelDirectory,
    ChannelMessagesService,
    ChannelsService,
    MessageServersService,
    MessagesService,
    ParticipantsService,
  ],
  exports: [AnswersService, ChannelDirectory, MessagesService],
})
export class MessagingModule {}
