import { Caller, ForTenant, type TenantContext } from '@app/identity';
import { Controller, Get, Headers, HttpCode, Inject, Post } from '@nestjs/common';
import type { Answer } from '../http/answer.js';
import { answer } from '../http/answer.js';
import { MessageServersService } from '../messaging/message-servers.service.js';
import { OperationsService } from './operations.service.js';

/** What ElizaOS shows of its message servers for debugging. */
interface DebugServers {
  servers: Record<string, unknown>[];
  count: number;
}

/** ElizaOS's routes for those who run the server. */
@ForTenant('admin')
@Controller('api/server')
export class OperationsController {
  constructor(
    @Inject(MessageServersService) private readonly servers: MessageServersService,
    @Inject(OperationsService) private readonly operations: OperationsService,
  ) {}

  /** Answers the same twice: as ElizaOS does, and in `data`, where its client looks. */
  @Get('debug/servers')
  async debug(@Caller() caller: TenantContext): Promise<Answer<DebugServers> & DebugServers> {
    const servers = await this.servers.list(caller);
    const found = { servers, count: servers.length };
    return { ...answer(found), ...found };
  }

  @Post('stop')
  @HttpCode(200)
  stop(@Headers('x-operator-key') key: string | undefined): { message: string } {
    this.operations.stop(key);
    return { message: 'Server stopping' };
  }
}
