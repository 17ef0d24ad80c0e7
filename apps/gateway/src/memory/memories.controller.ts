import {
  ListMemoriesQuery,
  MemoriesCleared,
  MemoryList,
  MemoryUpdated,
  Told,
  UpdateMemoryDto,
  type Uuid,
} from '@app/contracts';
import { Caller, ForTenant, ForUsers, type TenantContext } from '@app/identity';
import { Answers, Refuses } from '@app/platform';
import { Body, Controller, Delete, Get, HttpCode, Inject, Patch, Query } from '@nestjs/common';
import { Audit } from '../audit/audited.decorator.js';
import { AgentId } from '../agents/running-agent.js';
import { answer, type Answer } from '../http/answer.js';
import { Ids } from '../http/ids.decorator.js';
import { MemoriesService, type MemoryPlace, type RoomPlace } from './memories.service.js';

/** ElizaOS's routes of memories, under both of their addresses. */
@Controller(['api/memory/:agentId', 'api/agents/:agentId'])
export class MemoriesController {
  constructor(@Inject(MemoriesService) private readonly memories: MemoriesService) {}

  /** What an agent remembers, newest first. */
  @Get('memories')
  @ForUsers('agents:read')
  @Answers(MemoryList)
  @Refuses('NOT_FOUND')
  async list(
    @Caller() caller: TenantContext,
    @AgentId agentId: Uuid,
    @Query() query: ListMemoriesQuery,
  ): Promise<Answer<MemoryList>> {
    return answer({ memories: await this.memories.list(caller, agentId, query) });
  }

  /** What an agent remembers of a room, newest first. */
  @Get('rooms/:roomId/memories')
  @ForUsers('agents:read')
  @Answers(MemoryList)
  @Refuses('NOT_FOUND')
  async listOfRoom(
    @Caller() caller: TenantContext,
    @Ids('agentId', 'roomId') ids: RoomPlace,
    @Query() query: ListMemoriesQuery,
  ): Promise<Answer<MemoryList>> {
    return answer({ memories: await this.memories.listOfRoom(caller, ids, query) });
  }

  /** Changes a memory. */
  @Patch('memories/:memoryId')
  @ForTenant('agents:write')
  @Answers(MemoryUpdated)
  @Refuses('NOT_FOUND')
  @Audit('memory.update', 'memoryId')
  async update(
    @Caller() caller: TenantContext,
    @Ids('agentId', 'memoryId') ids: MemoryPlace,
    @Body() body: UpdateMemoryDto,
  ): Promise<Answer<MemoryUpdated>> {
    await this.memories.update(caller, ids, body);
    return answer({ id: ids.memoryId, message: 'Memory updated successfully' });
  }

  /** Makes an agent forget a room. */
  @Delete('memories/all/:roomId')
  @ForTenant('agents:write')
  @HttpCode(204)
  @Refuses('NOT_FOUND')
  @Audit('memory.clear-room', 'roomId')
  async clearRoom(@Caller() caller: TenantContext, @Ids('agentId', 'roomId') ids: RoomPlace): Promise<void> {
    await this.memories.clearRoom(caller, ids);
  }

  /** Makes an agent forget one thing. */
  @Delete('memories/:memoryId')
  @ForTenant('agents:write')
  @Answers(Told)
  @Refuses('NOT_FOUND')
  @Audit('memory.delete', 'memoryId')
  async remove(@Caller() caller: TenantContext, @Ids('agentId', 'memoryId') ids: MemoryPlace): Promise<Answer<Told>> {
    await this.memories.remove(caller, ids);
    return answer({ message: 'Memory deleted successfully' });
  }

  /** Makes an agent forget everything. */
  @Delete('memories')
  @ForTenant('agents:write')
  @Answers(MemoriesCleared)
  @Refuses('NOT_FOUND')
  @Audit('memory.clear', 'agentId')
  async clear(@Caller() caller: TenantContext, @AgentId agentId: Uuid): Promise<Answer<MemoriesCleared>> {
    const deleted = await this.memories.clear(caller, agentId);
    return answer({ deleted, message: 'All agent memories deleted successfully' });
  }
}
