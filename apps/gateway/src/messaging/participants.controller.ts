import { AddChannelAgentDto, ChannelParticipants, Membership, type Uuid } from '@app/contracts';
import { Caller, ForUsers, type TenantContext } from '@app/identity';
import { Answers, Refuses } from '@app/platform';
import { Body, Controller, Delete, Get, Inject, Param, Post } from '@nestjs/common';
import { answer, type Answer } from '../http/answer.js';
import { IdPipe } from '../http/id.pipe.js';
import { ChannelId } from './channel.params.js';
import { ParticipantsService } from './participants.service.js';

/** ElizaOS's routes of those who take part in a channel. */
@Controller('api/messaging/channels/:channelId')
export class ParticipantsController {
  constructor(@Inject(ParticipantsService) private readonly participants: ParticipantsService) {}

  /** Who takes part in a channel. */
  @Get('participants')
  @ForUsers('messages:read')
  @Answers([String])
  async list(@Caller() caller: TenantContext, @ChannelId channelId: Uuid): Promise<Answer<Uuid[]>> {
    return answer(await this.participants.list(caller, channelId));
  }

  /** All participants, as in ElizaOS, and not only agents. */
  @Get('agents')
  @ForUsers('messages:read')
  @Answers(ChannelParticipants)
  async listAgents(@Caller() caller: TenantContext, @ChannelId channelId: Uuid): Promise<Answer<ChannelParticipants>> {
    return answer({ channelId, participants: await this.participants.list(caller, channelId) });
  }

  /** Lets an agent take part in a channel. */
  @Post('agents')
  @ForUsers('messages:write')
  @Answers(Membership)
  @Refuses('CHANNEL_NOT_FOUND', 'NOT_FOUND')
  async addAgent(
    @Caller() caller: TenantContext,
    @ChannelId channelId: Uuid,
    @Body() body: AddChannelAgentDto,
  ): Promise<Answer<Membership>> {
    return answer(await this.participants.addAgent(caller, channelId, body.agentId));
  }

  /** Takes an agent out of a channel. */
  @Delete('agents/:agentId')
  @ForUsers('messages:write')
  @Answers(Membership)
  @Refuses('CHANNEL_NOT_FOUND', 'NOT_FOUND')
  async removeAgent(
    @Caller() caller: TenantContext,
    @ChannelId channelId: Uuid,
    @Param('agentId', new IdPipe('agent')) agentId: Uuid,
  ): Promise<Answer<Membership>> {
    return answer(await this.participants.removeAgent(caller, channelId, agentId));
  }
}
