import { AddChannelAgentDto, type Uuid } from '@app/contracts';
import { Caller, ForTenant, type TenantContext } from '@app/identity';
import { Body, Controller, Delete, Get, Inject, Param, Post } from '@nestjs/common';
import { answer, type Answer } from '../http/answer.js';
import { IdPipe } from '../http/id.pipe.js';
import { ServerAgentsService, type ServerMembership } from './server-agents.service.js';

const ServerId = Param('serverId', new IdPipe('message server'));
const AgentId = Param('agentId', new IdPipe('agent'));

/** ElizaOS's routes of message servers and their agents. */
@Controller('api/messaging')
export class ServerAgentsController {
  constructor(@Inject(ServerAgentsService) private readonly agents: ServerAgentsService) {}

  @Get('message-servers/:serverId/agents')
  @ForTenant('messages:read')
  async list(
    @Caller() caller: TenantContext,
    @ServerId messageServerId: Uuid,
  ): Promise<Answer<{ messageServerId: Uuid; agents: Uuid[] }>> {
    return answer({ messageServerId, agents: await this.agents.list(caller, messageServerId) });
  }

  @Post('message-servers/:serverId/agents')
  @ForTenant('messages:write')
  async add(
    @Caller() caller: TenantContext,
    @ServerId id: Uuid,
    @Body() body: AddChannelAgentDto,
  ): Promise<Answer<ServerMembership>> {
    return answer(await this.agents.add(caller, id, body.agentId));
  }

  @Delete('message-servers/:serverId/agents/:agentId')
  @ForTenant('messages:write')
  async remove(
    @Caller() caller: TenantContext,
    @ServerId id: Uuid,
    @AgentId agentId: Uuid,
  ): Promise<Answer<ServerMembership>> {
    return answer(await this.agents.remove(caller, id, agentId));
  }

  @Get('agents/:agentId/message-servers')
  @ForTenant('messages:read')
  async serversOf(
    @Caller() caller: TenantContext,
    @AgentId agentId: Uuid,
  ): Promise<Answer<{ agentId: Uuid; messageServers: Uuid[] }>> {
    return answer({ agentId, messageServers: await this.agents.serversOf(caller, agentId) });
  }
}
