import { DebugServersAnswer, Told } from '@app/contracts';
import { Caller, ForTenant, type TenantContext } from '@app/identity';
import { AnswersBare } from '@app/platform';
import { Controller, Get, Headers, HttpCode, Inject, Post } from '@nestjs/common';
import { Audit } from '../audit/audited.decorator.js';
import { answer } from '../http/answer.js';
import { MessageServersService } from '../messaging/message-servers.service.js';
import { OperationsService } from './operations.service.js';

/** ElizaOS's routes for those who run the server. */
@ForTenant('admin')
@Controller('api/server')
export class OperationsController {
  constructor(
    @Inject(MessageServersService) private readonly servers: MessageServersService,
    @Inject(OperationsService) private readonly operations: OperationsService,
  ) {}

  /** Message servers, for debugging. Answers the same twice: as ElizaOS does, and in `data`, where its client looks. */
  @Get('debug/servers')
  @AnswersBare(DebugServersAnswer)
  async debug(@Caller() caller: TenantContext): Promise<DebugServersAnswer> {
    const servers = await this.servers.list(caller);
    const found = { servers, count: servers.length };
    return { ...answer(found), ...found };
  }

  /** Stops this gateway; only for operators. */
  @Post('stop')
  @HttpCode(200)
  @AnswersBare(Told)
  @Audit('server.stop')
  stop(@Headers('x-operator-key') key: string | undefined): Told {
    this.operations.stop(key);
    return { message: 'Server stopping' };
  }
}
