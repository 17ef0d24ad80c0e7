import { CreateWorldDto, UpdateWorldDto, type Uuid } from '@app/contracts';
import { Caller, ForTenant, type TenantContext } from '@app/identity';
import { Body, Controller, Get, Inject, Patch, Post } from '@nestjs/common';
import { answer, type Answer } from '../http/answer.js';
import { Ids } from '../http/ids.decorator.js';
import { AgentId } from './running-agent.js';
import { WorldsService, type WorldPlace, type WorldView } from './worlds.service.js';

/** ElizaOS's routes of agents' worlds. */
@Controller('api/agents')
export class WorldsController {
  constructor(@Inject(WorldsService) private readonly worlds: WorldsService) {}

  @Get('worlds')
  @ForTenant('agents:read')
  async list(@Caller() caller: TenantContext): Promise<Answer<{ worlds: WorldView[] }>> {
    return answer({ worlds: await this.worlds.list(caller) });
  }

  @Post(':agentId/worlds')
  @ForTenant('agents:write')
  async create(
    @Caller() caller: TenantContext,
    @AgentId agentId: Uuid,
    @Body() body: CreateWorldDto,
  ): Promise<Answer<{ world: WorldView }>> {
    return answer({ world: await this.worlds.create(caller, agentId, body) });
  }

  @Patch(':agentId/worlds/:worldId')
  @ForTenant('agents:write')
  async update(
    @Caller() caller: TenantContext,
    @Ids('agentId', 'worldId') ids: WorldPlace,
    @Body() body: UpdateWorldDto,
  ): Promise<Answer<{ world: WorldView }>> {
    return answer({ world: await this.worlds.update(caller, ids, body) });
  }
}
