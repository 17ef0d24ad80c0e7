import { ListLogsQuery, ListRunsQuery, LogView, PanelView, RunDetail, RunPage, type Uuid } from '@app/contracts';
import { Caller, ForTenant, ForUsers, type TenantContext } from '@app/identity';
import { Answers, Refuses } from '@app/platform';
import { Controller, Delete, Get, HttpCode, Inject, Param, Query } from '@nestjs/common';
import { Audit } from '../audit/audited.decorator.js';
import { AgentId } from '../agents/running-agent.js';
import { answer, type Answer } from '../http/answer.js';
import { IdPipe } from '../http/id.pipe.js';
import { LogsService } from './logs.service.js';
import { RunsService } from './runs.service.js';

/** ElizaOS's routes of what an agent did. */
@Controller('api/agents/:agentId')
export class RunsController {
  constructor(
    @Inject(RunsService) private readonly runs: RunsService,
    @Inject(LogsService) private readonly logs: LogsService,
  ) {}

  /** Runs of an agent, newest first. */
  @Get('runs')
  @ForUsers('agents:read')
  @Answers(RunPage)
  @Refuses('NOT_FOUND')
  async list(
    @Caller() caller: TenantContext,
    @AgentId agentId: Uuid,
    @Query() query: ListRunsQuery,
  ): Promise<Answer<RunPage>> {
    return answer(await this.runs.list(caller, agentId, query));
  }

  /** A run with what happened in it. It is the same in every room, so the room that clients name is not asked for. */
  @Get('runs/:runId')
  @ForUsers('agents:read')
  @Answers(RunDetail)
  @Refuses('NOT_FOUND')
  async get(
    @Caller() caller: TenantContext,
    @AgentId agentId: Uuid,
    @Param('runId', new IdPipe('run')) runId: Uuid,
  ): Promise<Answer<RunDetail>> {
    return answer(await this.runs.get(caller, agentId, runId));
  }

  /** Steps of an agent, newest first. */
  @Get('logs')
  @ForUsers('agents:read')
  @Answers([LogView])
  @Refuses('NOT_FOUND')
  async log(
    @Caller() caller: TenantContext,
    @AgentId agentId: Uuid,
    @Query() query: ListLogsQuery,
  ): Promise<Answer<LogView[]>> {
    return answer(await this.logs.list(caller, agentId, query));
  }

  /** Deletes a step of the log. */
  @Delete('logs/:logId')
  @ForTenant('agents:write')
  @HttpCode(204)
  @Refuses('NOT_FOUND')
  @Audit('agent-log.delete', 'logId')
  async removeLog(
    @Caller() caller: TenantContext,
    @AgentId agentId: Uuid,
    @Param('logId', new IdPipe('log')) logId: Uuid,
  ): Promise<void> {
    await this.logs.remove(caller, agentId, logId);
  }

  /** The panels of an agent's plugins. */
  @Get('panels')
  @ForUsers('agents:read')
  @Answers([PanelView])
  @Refuses('NOT_FOUND')
  async panels(@Caller() caller: TenantContext, @AgentId agentId: Uuid): Promise<Answer<PanelView[]>> {
    return answer(await this.logs.panels(caller, agentId));
  }
}
