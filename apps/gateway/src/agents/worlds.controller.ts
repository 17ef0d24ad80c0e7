import { CreateWorldDto, UpdateWorldDto, WorldAnswer, WorldList, type Uuid } from '@app/contracts';
import { Caller, ForTenant, type TenantContext } from '@app/identity';
import { Answers, Refuses } from '@app/platform';
import { Body, Controller, Get, Inject, Patch, Post } from '@nestjs/common';
import { Audit } from '../audit/audited.decorator.js';
import { answer, type Answer } from '../http/answer.js';
import { Ids } from '../http/ids.decorator.js';
import { AgentId } from './running-agent.js';
import { WorldsService, type WorldPlace } from './worlds.service.js';

/** ElizaOS's routes of agents' worlds. */
@Controller('api/agents')
export class WorldsController {
  constructor(@Inject(WorldsService) private readonly worlds: WorldsService) {}

  /** The worlds of all active agents. */
  @Get('worlds')
  @ForTenant('agents:read')
  @Answers(WorldList)
  async list(@Caller() caller: TenantContext): Promise<Answer<WorldList>> {
    return answer({ worlds: await this.worlds.list(caller) });
  }

  /** Makes a world for an agent, or lets it join one. */
  @Post(':agentId/worlds')
  @ForTenant('agents:write')
  @Answers(WorldAnswer)
  @Refuses('NOT_FOUND')
  @Audit('world.create')
  async create(
    @Caller() caller: TenantContext,
    @AgentId agentId: Uuid,
    @Body() body: CreateWorldDto,
  ): Promise<Answer<WorldAnswer>> {
    return answer({ world: await this.worlds.create(caller, agentId, body) });
  }

  /** Changes a world as one agent knows it. */
  @Patch(':agentId/worlds/:worldId')
  @ForTenant('agents:write')
  @Answers(WorldAnswer)
  @Refuses('NOT_FOUND')
  @Audit('world.update', 'worldId')
  async update(
    @Caller() caller: TenantContext,
    @Ids('agentId', 'worldId') ids: WorldPlace,
    @Body() body: UpdateWorldDto,
  ): Promise<Answer<WorldAnswer>> {
    return answer({ world: await this.worlds.update(caller, ids, body) });
  }
}
