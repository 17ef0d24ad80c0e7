import { CreateChannelDto, DirectChannelQuery, UpdateChannelDto, type Uuid } from '@app/contracts';
import { Caller, ForUsers, type TenantContext } from '@app/identity';
import { Body, Controller, Delete, Get, HttpCode, Inject, Patch, Post, Query } from '@nestjs/common';
import { answer, type Answer } from '../http/answer.js';
import { ChannelId } from './channel.params.js';
import { ChannelsService } from './channels.service.js';
import type { ChannelView } from './views.js';

/** ElizaOS's routes of channels. */
@Controller('api/messaging')
export class ChannelsController {
  constructor(@Inject(ChannelsService) private readonly channels: ChannelsService) {}

  @Get('dm-channel')
  @ForUsers('messages:write')
  async direct(@Caller() caller: TenantContext, @Query() query: DirectChannelQuery): Promise<Answer<ChannelView>> {
    return answer(await this.channels.direct(caller, query));
  }

  @Post('channels')
  @ForUsers('messages:write')
  async create(@Caller() caller: TenantContext, @Body() body: CreateChannelDto): Promise<Answer<ChannelView>> {
    return answer(await this.channels.create(caller, body));
  }

  @Get('channels/:channelId/details')
  @ForUsers('messages:read')
  async get(@Caller() caller: TenantContext, @ChannelId id: Uuid): Promise<Answer<ChannelView>> {
    return answer(await this.channels.get(caller, id));
  }

  @Patch('channels/:channelId')
  @ForUsers('messages:write')
  async update(
    @Caller() caller: TenantContext,
    @ChannelId id: Uuid,
    @Body() body: UpdateChannelDto,
  ): Promise<Answer<ChannelView>> {
    return answer(await this.channels.update(caller, id, body));
  }

  @Delete('channels/:channelId')
  @ForUsers('messages:write')
  @HttpCode(204)
  async remove(@Caller() caller: TenantContext, @ChannelId id: Uuid): Promise<void> {
    await this.channels.remove(caller, id);
  }
}
