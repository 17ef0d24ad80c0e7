import { CreateAgentDto, FleetError, type JsonObject, type Uuid } from '@app/contracts';
import { Caller, ForTenant, ForUsers, type TenantContext } from '@app/identity';
import { Body, Controller, Delete, Get, HttpCode, Inject, Patch, Post } from '@nestjs/common';
import { answer, type Answer } from '../http/answer.js';
import type { AgentSummary } from './agent-views.js';
import { AgentsService } from './agents.service.js';
import { isObject } from './json.js';
import { AgentId } from './running-agent.js';

/** ElizaOS's routes of agents. */
@Controller('api/agents')
export class AgentsController {
  constructor(@Inject(AgentsService) private readonly agents: AgentsService) {}

  @Get()
  @ForUsers('agents:read')
  async list(@Caller() caller: TenantContext): Promise<Answer<{ agents: AgentSummary[] }>> {
    return answer({ agents: await this.agents.list(caller) });
  }

  @Post()
  @ForTenant('agents:write')
  async create(
    @Caller() caller: TenantContext,
    @Body() body: CreateAgentDto,
  ): Promise<Answer<{ id: Uuid; character: JsonObject }>> {
    return answer(await this.agents.create(caller, body));
  }

  @Get(':agentId')
  @ForUsers('agents:read')
  async get(@Caller() caller: TenantContext, @AgentId id: Uuid): Promise<Answer<JsonObject>> {
    return answer(await this.agents.get(caller, id));
  }

  /** Takes any fields of a character, so the body is no class; the character that results is checked. */
  @Patch(':agentId')
  @ForTenant('agents:write')
  async update(
    @Caller() caller: TenantContext,
    @AgentId id: Uuid,
    @Body() change: unknown,
  ): Promise<Answer<JsonObject>> {
    return answer(await this.agents.update(caller, id, fields(change)));
  }

  @Delete(':agentId')
  @ForTenant('agents:write')
  @HttpCode(204)
  async remove(@Caller() caller: TenantContext, @AgentId id: Uuid): Promise<void> {
    await this.agents.remove(caller, id);
  }

  @Post(':agentId/start')
  @ForTenant('agents:write')
  @HttpCode(200)
  async start(
    @Caller() caller: TenantContext,
    @AgentId id: Uuid,
  ): Promise<Answer<{ id: Uuid; name: string; status: 'active' }>> {
    return answer(await this.agents.start(caller, id));
  }

  @Post(':agentId/stop')
  @ForTenant('agents:write')
  @HttpCode(200)
  async stop(@Caller() caller: TenantContext, @AgentId id: Uuid): Promise<Answer<{ message: string }>> {
    return answer(await this.agents.stop(caller, id));
  }
}

function fields(body: unknown): JsonObject {
  if (body === undefined) return {};
  if (!isObject(body)) throw new FleetError('VALIDATION_ERROR', 'The body must be an object');
  return body;
}
