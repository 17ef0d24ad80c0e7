import {
  AddChannelAgentDto,
  AgentMessageServers,
  MessageServerAgents,
  ServerMembership,
  type Uuid,
} from '@app/contracts';
import { Caller, ForTenant, type TenantContext } from '@app/identity';
import { Answers, Refuses } from '@app/platform';
import { Body, Controller, Delete, Get, Inject, Param, Post } from '@nestjs/common';
import { Audit } from '../audit/audited.decorator.js';
import { answer, type Answer } from '../http/answer.js';
import { IdPipe } from '../http/id.pipe.js';
import { ServerAgentsService } from './server-agents.service.js';

const ServerId = Param('serverId', new IdPipe('message server'));
const AgentId = Param('agentId', new IdPipe('agent'));

/** ElizaOS's routes of message servers and their agents. */
@Controller('api/messaging')
export class ServerAgentsController {
  constructor(@Inject(ServerAgentsService) private readonly agents: ServerAgentsService) {}

  /** Agents that are at home on a message server. */
  @Get('message-servers/:serverId/agents')
  @ForTenant('messages:read')
  @Answers(MessageServerAgents)
  @Refuses('MESSAGE_SERVER_NOT_FOUND')
  async list(@Caller() caller: TenantContext, @ServerId messageServerId: Uuid): Promise<Answer<MessageServerAgents>> {
    return answer({ messageServerId, agents: await this.agents.list(caller, messageServerId) });
  }

  /** Gives an agent a home on a message server. */
  @Post('message-servers/:serverId/agents')
  @ForTenant('messages:write')
  @Answers(ServerMembership)
  @Refuses('MESSAGE_SERVER_NOT_FOUND', 'NOT_FOUND')
  @Audit('message-server.add-agent', 'serverId')
  async add(
    @Caller() caller: TenantContext,
    @ServerId id: Uuid,
    @Body() body: AddChannelAgentDto,
  ): Promise<Answer<ServerMembership>> {
    return answer(await this.agents.add(caller, id, body.agentId));
  }

  /** Takes an agent from a message server. */
  @Delete('message-servers/:serverId/agents/:agentId')
  @ForTenant('messages:write')
  @Answers(ServerMembership)
  @Refuses('MESSAGE_SERVER_NOT_FOUND')
  @Audit('message-server.remove-agent', 'serverId')
  async remove(
    @Caller() caller: TenantContext,
    @ServerId id: Uuid,
    @AgentId agentId: Uuid,
  ): Promise<Answer<ServerMembership>> {
    return answer(await this.agents.remove(caller, id, agentId));
  }

  /** Message servers an agent is at home on. */
  @Get('agents/:agentId/message-servers')
  @ForTenant('messages:read')
  @Answers(AgentMessageServers)
  async serversOf(@Caller() caller: TenantContext, @AgentId agentId: Uuid): Promise<Answer<AgentMessageServers>> {
    return answer({ agentId, messageServers: await this.agents.serversOf(caller, agentId) });
  }
}
