import {
  AgentCreated,
  AgentList,
  AgentStarted,
  AgentView,
  CreateAgentDto,
  FleetError,
  Told,
  type JsonObject,
  type Uuid,
} from '@app/contracts';
import { Caller, ForTenant, ForUsers, type TenantContext } from '@app/identity';
import { Answers, Refuses } from '@app/platform';
import { Body, Controller, Delete, Get, HttpCode, Inject, Patch, Post } from '@nestjs/common';
import { Audit } from '../audit/audited.decorator.js';
import { answer, type Answer } from '../http/answer.js';
import { AgentsService } from './agents.service.js';
import { isObject } from './json.js';
import { AgentId } from './running-agent.js';

/** ElizaOS's routes of agents. */
@Controller('api/agents')
export class AgentsController {
  constructor(@Inject(AgentsService) private readonly agents: AgentsService) {}

  /** All agents. */
  @Get()
  @ForUsers('agents:read')
  @Answers(AgentList)
  async list(@Caller() caller: TenantContext): Promise<Answer<AgentList>> {
    return answer({ agents: await this.agents.list(caller) });
  }

  /** Makes an agent of a character. */
  @Post()
  @ForTenant('agents:write')
  @Answers(AgentCreated)
  @Refuses('CREATE_ERROR', 'CONFLICT')
  @Audit('agent.create')
  async create(@Caller() caller: TenantContext, @Body() body: CreateAgentDto): Promise<Answer<AgentCreated>> {
    return answer(await this.agents.create(caller, body));
  }

  /** An agent with its character. */
  @Get(':agentId')
  @ForUsers('agents:read')
  @Answers(AgentView)
  @Refuses('NOT_FOUND')
  async get(@Caller() caller: TenantContext, @AgentId id: Uuid): Promise<Answer<AgentView>> {
    return answer(await this.agents.get(caller, id));
  }

  /** Changes an agent. Takes any fields of a character, so the body is no class; the character that results is checked. */
  @Patch(':agentId')
  @ForTenant('agents:write')
  @Answers(AgentView)
  @Refuses('NOT_FOUND')
  @Audit('agent.update', 'agentId')
  async update(
    @Caller() caller: TenantContext,
    @AgentId id: Uuid,
    @Body() change: unknown,
  ): Promise<Answer<AgentView>> {
    return answer(await this.agents.update(caller, id, fields(change)));
  }

  /** Deletes an agent. */
  @Delete(':agentId')
  @ForTenant('agents:write')
  @HttpCode(204)
  @Refuses('NOT_FOUND')
  @Audit('agent.delete', 'agentId')
  async remove(@Caller() caller: TenantContext, @AgentId id: Uuid): Promise<void> {
    await this.agents.remove(caller, id);
  }

  /** Lets an agent answer. */
  @Post(':agentId/start')
  @ForTenant('agents:write')
  @HttpCode(200)
  @Answers(AgentStarted)
  @Refuses('NOT_FOUND')
  @Audit('agent.start', 'agentId')
  async start(@Caller() caller: TenantContext, @AgentId id: Uuid): Promise<Answer<AgentStarted>> {
    return answer(await this.agents.start(caller, id));
  }

  /** Lets an agent answer no more. */
  @Post(':agentId/stop')
  @ForTenant('agents:write')
  @HttpCode(200)
  @Answers(Told)
  @Refuses('NOT_FOUND')
  @Audit('agent.stop', 'agentId')
  async stop(@Caller() caller: TenantContext, @AgentId id: Uuid): Promise<Answer<Told>> {
    return answer(await this.agents.stop(caller, id));
  }
}

function fields(body: unknown): JsonObject {
  if (body === undefined) return {};
  if (!isObject(body)) throw new FleetError('VALIDATION_ERROR', 'The body must be an object');
  return body;
}
