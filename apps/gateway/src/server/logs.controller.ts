import { ServerLogsQuery, SubmitLogsDto } from '@app/contracts';
import { Caller, ForTenant, type TenantContext } from '@app/identity';
import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { LogsService, type LogList } from './logs.service.js';

/** ElizaOS's routes of the log. They answer without an envelope. */
@ForTenant('admin')
@Controller('api/server/logs')
export class LogsController {
  constructor(@Inject(LogsService) private readonly logs: LogsService) {}

  @Get()
  async list(@Caller() caller: TenantContext, @Query() query: ServerLogsQuery): Promise<LogList> {
    return this.logs.list(caller, query);
  }

  /** Takes lines into the log, where the body brings any, and lists it in any case. */
  @Post()
  @HttpCode(200)
  async submit(
    @Caller() caller: TenantContext,
    @Body() { logs = [] }: SubmitLogsDto,
    @Query() query: ServerLogsQuery,
  ): Promise<LogList> {
    if (logs.length > 0) await this.logs.submit(caller, logs);
    return this.logs.list(caller, query);
  }

  @Delete()
  async clear(@Caller() caller: TenantContext): Promise<{ status: 'success'; message: string }> {
    await this.logs.clear(caller);
    return { status: 'success', message: 'Logs cleared successfully' };
  }
}
