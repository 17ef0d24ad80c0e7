import { Module } from '@nestjs/common';
import { AgentsController } from './agents.controller.js';
import { AgentsService } from './agents.service.js';
import { WorldsController } from './worlds.controller.js';
import { WorldsService } from './worlds.service.js';

/** Agents: their characters and secrets, whether they answer, and their worlds. */
@Module({
  // `agents/worlds` goes before `agents/:agentId`.
  controllers: [WorldsController, AgentsController],
  providers: [AgentsService, WorldsService],
})
export class AgentsModule {}
