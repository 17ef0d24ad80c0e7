import { Module } from '@nestjs/common';
import { GroupsController } from './groups.controller.js';
import { GroupsService } from './groups.service.js';
import { MemoriesController } from './memories.controller.js';
import { MemoriesService } from './memories.service.js';
import { RoomsController } from './rooms.controller.js';
import { RoomsService } from './rooms.service.js';

/** What agents remember, and the rooms they remember it from. */
@Module({
  controllers: [GroupsController, MemoriesController, RoomsController],
  providers: [GroupsService, MemoriesService, RoomsService],
})
export class MemoryModule {}
