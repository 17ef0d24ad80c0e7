import { Module } from '@nestjs/common';
import { HealthModule } from '../health/health.module.js';
import { MessagingModule } from '../messaging/messaging.module.js';
import { LogsController } from './logs.controller.js';
import { LogsService } from './logs.service.js';
import { OperationsController } from './operations.controller.js';
import { OperationsService } from './operations.service.js';
import { ServerController } from './server.controller.js';
import { SettingsController } from './settings.controller.js';
import { SettingsService } from './settings.service.js';
import { SystemController } from './system.controller.js';

/** What the server tells about itself, what it logs, and how it is set up for a tenant. */
@Module({
  imports: [HealthModule, MessagingModule],
  controllers: [ServerController, LogsController, OperationsController, SystemController, SettingsController],
  providers: [LogsService, OperationsService, SettingsService],
})
export class ServerModule {}
