import { ListMemoriesQuery, UpdateMemoryDto, type Uuid } from '@app/contracts';
import { Caller, ForTenant, ForUsers, type TenantContext } from '@app/identity';
import { Body, Controller, Delete, Get, HttpCode, Inject, Patch, Query } from '@nestjs/common';
import { AgentId } from '../agents/running-agent.js';
import { answer, type Answer } from '../http/answer.js';
import { Ids } from '../http/ids.decorator.js';
import { MemoriesService, type MemoryPlace, type RoomPlace } from './memories.service.js';
import type { MemoryView } from './memory-views.js';

/** ElizaOS's routes of memories, under both of their addresses. */
@Controller(['api/memory/:agentId', 'api/agents/:agentId'])
export class MemoriesController {
  constructor(@Inject(MemoriesService) private readonly memories: MemoriesService) {}

  @Get('memories')
  @ForUsers('agents:read')
  async list(
    @Caller() caller: TenantContext,
    @AgentId agentId: Uuid,
    @Query() query: ListMemoriesQuery,
  ): Promise<Answer<{ memories: MemoryView[] }>> {
    return answer({ memories: await this.memories.list(caller, agentId, query) });
  }

  @Get('rooms/:roomId/memories')
  @ForUsers('agents:read')
  async listOfRoom(
    @Caller() caller: TenantContext,
    @Ids('agentId', 'roomId') ids: RoomPlace,
    @Query() query: ListMemoriesQuery,
  ): Promise<Answer<{ memories: MemoryView[] }>> {
    return answer({ memories: await this.memories.listOfRoom(caller, ids, query) });
  }

  @Patch('memories/:memoryId')
  @ForTenant('agents:write')
  async update(
    @Caller() caller: TenantContext,
    @Ids('agentId', 'memoryId') ids: MemoryPlace,
    @Body() body: UpdateMemoryDto,
  ): Promise<Answer<{ id: Uuid; message: string }>> {
    await this.memories.update(caller, ids, body);
    return answer({ id: ids.memoryId, message: 'Memory updated successfully' });
  }

  @Delete('memories/all/:roomId')
  @ForTenant('agents:write')
  @HttpCode(204)
  async clearRoom(@Caller() caller: TenantContext, @Ids('agentId', 'roomId') ids: RoomPlace): Promise<void> {
    await this.memories.clearRoom(caller, ids);
  }

  @Delete('memories/:memoryId')
  @ForTenant('agents:write')
  async remove(
    @Caller() caller: TenantContext,
    @Ids('agentId', 'memoryId') ids: MemoryPlace,
  ): Promise<Answer<{ message: string }>> {
    await this.memories.remove(caller, ids);
    return answer({ message: 'Memory deleted successfully' });
  }

  @Delete('memories')
  @ForTenant('agents:write')
  async clear(
    @Caller() caller: TenantContext,
    @AgentId agentId: Uuid,
  ): Promise<Answer<{ deleted: number; message: string }>> {
    const deleted = await this.memories.clear(caller, agentId);
    return answer({ deleted, message: 'All agent memories deleted successfully' });
  }
}
