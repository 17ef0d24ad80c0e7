import { LogCleared, LogList, ServerLogsQuery, SubmitLogsDto } from '@app/contracts';
import { Caller, ForTenant, type TenantContext } from '@app/identity';
import { AnswersBare } from '@app/platform';
import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { Audit } from '../audit/audited.decorator.js';
import { LogsService } from './logs.service.js';

/** ElizaOS's routes of the log. They answer without an envelope. */
@ForTenant('admin')
@Controller('api/server/logs')
export class LogsController {
  constructor(@Inject(LogsService) private readonly logs: LogsService) {}

  /** Lines of the tenant's log. */
  @Get()
  @AnswersBare(LogList)
  async list(@Caller() caller: TenantContext, @Query() query: ServerLogsQuery): Promise<LogList> {
    return this.logs.list(caller, query);
  }

  /** Takes lines into the log, where the body brings any, and lists it in any case. */
  @Post()
  @HttpCode(200)
  @AnswersBare(LogList)
  async submit(
    @Caller() caller: TenantContext,
    @Body() { logs = [] }: SubmitLogsDto,
    @Query() query: ServerLogsQuery,
  ): Promise<LogList> {
    if (logs.length > 0) await this.logs.submit(caller, logs);
    return this.logs.list(caller, query);
  }

  /** Empties the tenant's log. */
  @Delete()
  @AnswersBare(LogCleared)
  @Audit('server-log.clear')
  async clear(@Caller() caller: TenantContext): Promise<LogCleared> {
    await this.logs.clear(caller);
    return { status: 'success', message: 'Logs cleared successfully' };
  }
}
