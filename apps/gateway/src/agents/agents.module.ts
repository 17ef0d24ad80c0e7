import { Module } from '@nestjs/common';
import { AgentsController } from './agents.controller.js';
import { AgentsService } from './agents.service.js';

/** Agents: their characters and secrets, and whether they answer. */
@Module({ controllers: [AgentsController], providers: [AgentsService] })
export class AgentsModule {}
