import { CreateMessageServerDto, type Uuid } from '@app/contracts';
import { Body, Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { answer, type Answer } from '../http/answer.js';
import { IdPipe } from '../http/id.pipe.js';
import { Caller } from '../identity/identity.guard.js';
import type { TenantContext } from '../identity/tenant-context.js';
import { MessageServersService } from './message-servers.service.js';
import type { ChannelView } from './views.js';

/** ElizaOS's routes of message servers. */
@Controller('api/messaging')
export class MessageServersController {
  constructor(@Inject(MessageServersService) private readonly servers: MessageServersService) {}

  @Get('message-server/current')
  current(): Answer<{ messageServerId: Uuid }> {
    return answer({ messageServerId: this.servers.current() });
  }

  @Get('message-servers')
  async list(@Caller() caller: TenantContext): Promise<Answer<{ messageServers: Record<string, unknown>[] }>> {
    return answer({ messageServers: await this.servers.list(caller) });
  }

  @Post('message-servers')
  async create(
    @Caller() caller: TenantContext,
    @Body() body: CreateMessageServerDto,
  ): Promise<Answer<{ server: Record<string, unknown> }>> {
    return answer({ server: await this.servers.create(caller, body) });
  }

  @Get('message-servers/:serverId/channels')
  async channels(
    @Caller() caller: TenantContext,
    @Param('serverId', new IdPipe('message server')) id: Uuid,
  ): Promise<Answer<{ channels: ChannelView[] }>> {
    return answer({ channels: await this.servers.channels(caller, id) });
  }
}
