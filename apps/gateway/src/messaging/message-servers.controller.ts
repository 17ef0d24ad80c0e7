import { CreateMessageServerDto, SyncChannelsDto, type Uuid } from '@app/contracts';
import { Caller, ForTenant, ForUsers, type TenantContext } from '@app/identity';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { answer, type Answer } from '../http/answer.js';
import { IdPipe } from '../http/id.pipe.js';
import { MessageServersService } from './message-servers.service.js';
import { ServerChannelsService } from './server-channels.service.js';
import type { ChannelView } from './views.js';

const ServerId = Param('serverId', new IdPipe('message server'));

/** ElizaOS's routes of message servers. */
@Controller('api/messaging')
export class MessageServersController {
  constructor(
    @Inject(MessageServersService) private readonly servers: MessageServersService,
    @Inject(ServerChannelsService) private readonly serverChannels: ServerChannelsService,
  ) {}

  @Get('message-server/current')
  @ForUsers('messages:read')
  current(): Answer<{ messageServerId: Uuid }> {
    return answer({ messageServerId: this.servers.current() });
  }

  @Get('message-servers')
  @ForUsers('messages:read')
  async list(@Caller() caller: TenantContext): Promise<Answer<{ messageServers: Record<string, unknown>[] }>> {
    return answer({ messageServers: await this.servers.list(caller) });
  }

  /** The old name of the list, under an old name of its own in the answer. */
  @Get('central-servers')
  @ForUsers('messages:read')
  async listByOldName(@Caller() caller: TenantContext): Promise<Answer<{ servers: Record<string, unknown>[] }>> {
    return answer({ servers: await this.servers.list(caller) });
  }

  @Post('message-servers')
  @ForTenant('messages:write')
  async create(
    @Caller() caller: TenantContext,
    @Body() body: CreateMessageServerDto,
  ): Promise<Answer<{ server: Record<string, unknown> }>> {
    return answer({ server: await this.servers.create(caller, body) });
  }

  @Get('message-servers/:serverId/channels')
  @ForUsers('messages:read')
  async channels(@Caller() caller: TenantContext, @ServerId id: Uuid): Promise<Answer<{ channels: ChannelView[] }>> {
    return answer({ channels: await this.servers.channels(caller, id) });
  }

  @Post('message-servers/:serverId/sync-channels')
  @ForTenant('messages:write')
  @HttpCode(200)
  async sync(
    @Caller() caller: TenantContext,
    @ServerId id: Uuid,
    @Body() body: SyncChannelsDto,
  ): Promise<Answer<{ synced: number; channels: ChannelView[] }>> {
    const channels = await this.serverChannels.sync(caller, id, body.channels);
    return answer({ synced: channels.length, channels });
  }

  @Delete('message-servers/:serverId')
  @ForTenant('messages:write')
  async remove(@Caller() caller: TenantContext, @ServerId id: Uuid): Promise<Answer<{ success: true }>> {
    await this.serverChannels.removeServer(caller, id);
    return answer({ success: true });
  }
}
