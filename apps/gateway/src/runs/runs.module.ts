import { Module } from '@nestjs/common';
import { LogsService } from './logs.service.js';
import { RunsController } from './runs.controller.js';
import { RunsService } from './runs.service.js';

/** What agents did: their runs, step by step. */
@Module({ controllers: [RunsController], providers: [LogsService, RunsService] })
export class RunsModule {}
