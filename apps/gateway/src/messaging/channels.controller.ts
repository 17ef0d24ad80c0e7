import { ChannelView, CreateChannelDto, DirectChannelQuery, UpdateChannelDto, type Uuid } from '@app/contracts';
import { Caller, ForUsers, type TenantContext } from '@app/identity';
import { Answers, Refuses } from '@app/platform';
import { Body, Controller, Delete, Get, HttpCode, Inject, Patch, Post, Query } from '@nestjs/common';
import { answer, type Answer } from '../http/answer.js';
import { ChannelId } from './channel.params.js';
import { ChannelsService } from './channels.service.js';

/** ElizaOS's routes of channels. */
@Controller('api/messaging')
export class ChannelsController {
  constructor(@Inject(ChannelsService) private readonly channels: ChannelsService) {}

  /** The channel of two, made when there is none. */
  @Get('dm-channel')
  @ForUsers('messages:write')
  @Answers(ChannelView)
  async direct(@Caller() caller: TenantContext, @Query() query: DirectChannelQuery): Promise<Answer<ChannelView>> {
    return answer(await this.channels.direct(caller, query));
  }

  /** Makes a channel. */
  @Post('channels')
  @ForUsers('messages:write')
  @Answers(ChannelView)
  @Refuses('MESSAGE_SERVER_NOT_FOUND')
  async create(@Caller() caller: TenantContext, @Body() body: CreateChannelDto): Promise<Answer<ChannelView>> {
    return answer(await this.channels.create(caller, body));
  }

  /** A channel, with who takes part. */
  @Get('channels/:channelId/details')
  @ForUsers('messages:read')
  @Answers(ChannelView)
  @Refuses('CHANNEL_NOT_FOUND')
  async get(@Caller() caller: TenantContext, @ChannelId id: Uuid): Promise<Answer<ChannelView>> {
    return answer(await this.channels.get(caller, id));
  }

  /** Changes a channel. */
  @Patch('channels/:channelId')
  @ForUsers('messages:write')
  @Answers(ChannelView)
  @Refuses('CHANNEL_NOT_FOUND')
  async update(
    @Caller() caller: TenantContext,
    @ChannelId id: Uuid,
    @Body() body: UpdateChannelDto,
  ): Promise<Answer<ChannelView>> {
    return answer(await this.channels.update(caller, id, body));
  }

  /** Deletes a channel with everything that was said in it. */
  @Delete('channels/:channelId')
  @ForUsers('messages:write')
  @HttpCode(204)
  @Refuses('CHANNEL_NOT_FOUND')
  async remove(@Caller() caller: TenantContext, @ChannelId id: Uuid): Promise<void> {
    await this.channels.remove(caller, id);
  }
}
