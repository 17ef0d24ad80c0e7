import { ListLogsQuery, ListRunsQuery, type Uuid } from '@app/contracts';
import { Caller, ForTenant, ForUsers, type TenantContext } from '@app/identity';
import { Controller, Delete, Get, HttpCode, Inject, Param, Query } from '@nestjs/common';
import { AgentId } from '../agents/running-agent.js';
import { answer, type Answer } from '../http/answer.js';
import { IdPipe } from '../http/id.pipe.js';
import { LogsService, type LogView } from './logs.service.js';
import type { RunEventView, RunView } from './run-views.js';
import { RunsService, type RunPage } from './runs.service.js';

/** ElizaOS's routes of what an agent did. */
@Controller('api/agents/:agentId')
export class RunsController {
  constructor(
    @Inject(RunsService) private readonly runs: RunsService,
    @Inject(LogsService) private readonly logs: LogsService,
  ) {}

  @Get('runs')
  @ForUsers('agents:read')
  async list(
    @Caller() caller: TenantContext,
    @AgentId agentId: Uuid,
    @Query() query: ListRunsQuery,
  ): Promise<Answer<RunPage>> {
    return answer(await this.runs.list(caller, agentId, query));
  }

  /** A run is the same in every room, so the room that clients name is not asked for. */
  @Get('runs/:runId')
  @ForUsers('agents:read')
  async get(
    @Caller() caller: TenantContext,
    @AgentId agentId: Uuid,
    @Param('runId', new IdPipe('run')) runId: Uuid,
  ): Promise<Answer<{ summary: RunView; events: RunEventView[] }>> {
    return answer(await this.runs.get(caller, agentId, runId));
  }

  @Get('logs')
  @ForUsers('agents:read')
  async log(
    @Caller() caller: TenantContext,
    @AgentId agentId: Uuid,
    @Query() query: ListLogsQuery,
  ): Promise<Answer<LogView[]>> {
    return answer(await this.logs.list(caller, agentId, query));
  }

  @Delete('logs/:logId')
  @ForTenant('agents:write')
  @HttpCode(204)
  async removeLog(
    @Caller() caller: TenantContext,
    @AgentId agentId: Uuid,
    @Param('logId', new IdPipe('log')) logId: Uuid,
  ): Promise<void> {
    await this.logs.remove(caller, agentId, logId);
  }

  @Get('panels')
  @ForUsers('agents:read')
  async panels(@Caller() caller: TenantContext, @AgentId agentId: Uuid): Promise<Answer<object[]>> {
    return answer(await this.logs.panels(caller, agentId));
  }
}
