import {
  CentralServerList,
  ChannelList,
  CreateMessageServerDto,
  CurrentMessageServer,
  Done,
  MadeMessageServer,
  MessageServerList,
  SyncChannelsDto,
  SyncedChannels,
  type Uuid,
} from '@app/contracts';
import { Caller, ForTenant, ForUsers, type TenantContext } from '@app/identity';
import { Answers, Refuses } from '@app/platform';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { Audit } from '../audit/audited.decorator.js';
import { answer, type Answer } from '../http/answer.js';
import { IdPipe } from '../http/id.pipe.js';
import { MessageServersService } from './message-servers.service.js';
import { ServerChannelsService } from './server-channels.service.js';

const ServerId = Param('serverId', new IdPipe('message server'));

/** ElizaOS's routes of message servers. */
@Controller('api/messaging')
export class MessageServersController {
  constructor(
    @Inject(MessageServersService) private readonly servers: MessageServersService,
    @Inject(ServerChannelsService) private readonly serverChannels: ServerChannelsService,
  ) {}

  /** The message server that clients use when they name none. */
  @Get('message-server/current')
  @ForUsers('messages:read')
  @Answers(CurrentMessageServer)
  current(): Answer<CurrentMessageServer> {
    return answer({ messageServerId: this.servers.current() });
  }

  /** All message servers. */
  @Get('message-servers')
  @ForUsers('messages:read')
  @Answers(MessageServerList)
  async list(@Caller() caller: TenantContext): Promise<Answer<MessageServerList>> {
    return answer({ messageServers: await this.servers.list(caller) });
  }

  /** The old name of the list, under an old name of its own in the answer. */
  @Get('central-servers')
  @ForUsers('messages:read')
  @Answers(CentralServerList)
  async listByOldName(@Caller() caller: TenantContext): Promise<Answer<CentralServerList>> {
    return answer({ servers: await this.servers.list(caller) });
  }

  /** Makes a message server. */
  @Post('message-servers')
  @ForTenant('messages:write')
  @Answers(MadeMessageServer)
  @Audit('message-server.create')
  async create(
    @Caller() caller: TenantContext,
    @Body() body: CreateMessageServerDto,
  ): Promise<Answer<MadeMessageServer>> {
    return answer({ server: await this.servers.create(caller, body) });
  }

  /** The channels of a message server. */
  @Get('message-servers/:serverId/channels')
  @ForUsers('messages:read')
  @Answers(ChannelList)
  async channels(@Caller() caller: TenantContext, @ServerId id: Uuid): Promise<Answer<ChannelList>> {
    return answer({ channels: await this.servers.channels(caller, id) });
  }

  /** Makes the channels that a message server has where it comes from. */
  @Post('message-servers/:serverId/sync-channels')
  @ForTenant('messages:write')
  @HttpCode(200)
  @Answers(SyncedChannels)
  @Refuses('MESSAGE_SERVER_NOT_FOUND')
  @Audit('message-server.sync-channels', 'serverId')
  async sync(
    @Caller() caller: TenantContext,
    @ServerId id: Uuid,
    @Body() body: SyncChannelsDto,
  ): Promise<Answer<SyncedChannels>> {
    const channels = await this.serverChannels.sync(caller, id, body.channels);
    return answer({ synced: channels.length, channels });
  }

  /** Deletes a message server with its channels. */
  @Delete('message-servers/:serverId')
  @ForTenant('messages:write')
  @Answers(Done)
  @Refuses('MESSAGE_SERVER_NOT_FOUND', 'CONFLICT')
  @Audit('message-server.delete', 'serverId')
  async remove(@Caller() caller: TenantContext, @ServerId id: Uuid): Promise<Answer<Done>> {
    await this.serverChannels.removeServer(caller, id);
    return answer({ success: true });
  }
}
