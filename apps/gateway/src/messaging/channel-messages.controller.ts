import { ListMessagesQuery, PostMessageDto, type JsonObject, type Uuid } from '@app/contracts';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { answer, type Answer } from '../http/answer.js';
import { IdPipe } from '../http/id.pipe.js';
import { Caller } from '../identity/identity.guard.js';
import type { TenantContext } from '../identity/tenant-context.js';
import { ChannelMessagesService } from './channel-messages.service.js';
import { ChannelId } from './channel.params.js';
import { MessagesService } from './messages.service.js';

/** ElizaOS's routes of a channel's messages. */
@Controller('api/messaging/channels/:channelId/messages')
export class ChannelMessagesController {
  constructor(
    @Inject(ChannelMessagesService) private readonly channelMessages: ChannelMessagesService,
    @Inject(MessagesService) private readonly messages: MessagesService,
  ) {}

  @Get()
  async list(
    @Caller() caller: TenantContext,
    @ChannelId channelId: Uuid,
    @Query() query: ListMessagesQuery,
  ): Promise<Answer<{ messages: Record<string, unknown>[] }>> {
    return answer({ messages: await this.channelMessages.list(caller, channelId, query) });
  }

  /** ElizaOS answers with `userMessage`; its own client reads only `data`, so both are there. */
  @Post()
  async post(
    @Caller() caller: TenantContext,
    @ChannelId channelId: Uuid,
    @Body() body: PostMessageDto,
  ): Promise<Answer<JsonObject> & { userMessage: JsonObject }> {
    const userMessage = await this.channelMessages.post(caller, channelId, body);
    return { ...answer(userMessage), userMessage };
  }

  @Delete()
  @HttpCode(204)
  async clear(@Caller() caller: TenantContext, @ChannelId channelId: Uuid): Promise<void> {
    await this.messages.clear(caller, channelId);
  }

  @Delete(':messageId')
  @HttpCode(204)
  async remove(
    @Caller() caller: TenantContext,
    @ChannelId channelId: Uuid,
    @Param('messageId', new IdPipe('message')) messageId: Uuid,
  ): Promise<void> {
    await this.messages.remove(caller, channelId, messageId);
  }
}
