import { RedisConnections, TitleDesk, TurnAlarm } from '@app/transport';
import { Module } from '@nestjs/common';
import { AnnouncerModule } from '../realtime/announcer.module.js';
import { TurnsModule } from '../turns/turns.module.js';
import { AnswersService } from './answers.service.js';
import { CancellationsController } from './cancellations.controller.js';
import { CancellationsService } from './cancellations.service.js';
import { ChannelDirectory } from './channel-directory.js';
import { ChannelMessagesController } from './channel-messages.controller.js';
import { ChannelMessagesService } from './channel-messages.service.js';
import { ChannelsController } from './channels.controller.js';
import { ChannelsService } from './channels.service.js';
import { IngestService } from './ingest.service.js';
import { MessageServersController } from './message-servers.controller.js';
import { MessageServersService } from './message-servers.service.js';
import { MessageIntake } from './message-intake.js';
import { MessagesService } from './messages.service.js';
import { OutsideMessagesController } from './outside-messages.controller.js';
import { ParticipantsController } from './participants.controller.js';
import { ParticipantsService } from './participants.service.js';
import { ServerAgentsController } from './server-agents.controller.js';
import { ServerAgentsService } from './server-agents.service.js';
import { ServerChannelsService } from './server-channels.service.js';
import { StoredMessagesController } from './stored-messages.controller.js';
import { StoredMessagesService } from './stored-messages.service.js';
import { SubmissionsService } from './submissions.service.js';
import { TitlesController } from './titles.controller.js';
import { TitlesService } from './titles.service.js';

/** Message servers, channels, who takes part in them, and what is said. */
@Module({
  imports: [AnnouncerModule, TurnsModule],
  controllers: [
    MessageServersController,
    ServerAgentsController,
    ChannelsController,
    ParticipantsController,
    ChannelMessagesController,
    CancellationsController,
    StoredMessagesController,
    OutsideMessagesController,
    TitlesController,
  ],
  providers: [
    AnswersService,
    CancellationsService,
    ChannelDirectory,
    ChannelMessagesService,
    ChannelsService,
    IngestService,
    MessageServersService,
    MessageIntake,
    MessagesService,
    ParticipantsService,
    ServerAgentsService,
    ServerChannelsService,
    StoredMessagesService,
    SubmissionsService,
    TitlesService,
    { provide: TurnAlarm, inject: [RedisConnections], useFactory: (redis: RedisConnections) => new TurnAlarm(redis) },
    { provide: TitleDesk, inject: [RedisConnections], useFactory: (redis: RedisConnections) => new TitleDesk(redis) },
  ],
  exports: [AnswersService, CancellationsService, ChannelDirectory, MessageServersService, MessagesService],
})
export class MessagingModule {}
