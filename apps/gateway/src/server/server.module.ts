import { Module } from '@nestjs/common';
import { HealthModule } from '../health/health.module.js';
import { ServerController } from './server.controller.js';
import { SystemController } from './system.controller.js';

/** What the server tells about itself. */
@Module({ imports: [HealthModule], controllers: [ServerController, SystemController] })
export class ServerModule {}
