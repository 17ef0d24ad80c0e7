import { ListMessagesQuery, PostMessageDto, type Uuid } from '@app/contracts';
import { Caller, callerOf, ForUsers, type TenantContext } from '@app/identity';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { GatewayEnv } from '../env.js';
import { answer, type Answer } from '../http/answer.js';
import { departure } from '../http/departure.js';
import { EventStream } from '../http/event-stream.js';
import { IdPipe } from '../http/id.pipe.js';
import { AnswersService } from './answers.service.js';
import { ChannelMessagesService, postedMessage } from './channel-messages.service.js';
import { ChannelId } from './channel.params.js';
import { MessagesService } from './messages.service.js';
import { transportOf } from './transport.js';
import { userMessage } from './views.js';

/** ElizaOS's routes of a channel's messages. */
@Controller('api/messaging/channels/:channelId/messages')
export class ChannelMessagesController {
  constructor(
    @Inject(ChannelMessagesService) private readonly channelMessages: ChannelMessagesService,
    @Inject(MessagesService) private readonly messages: MessagesService,
    @Inject(AnswersService) private readonly answers: AnswersService,
    @Inject(GatewayEnv) private readonly env: GatewayEnv,
  ) {}

  @Get()
  @ForUsers('messages:read')
  async list(
    @Caller() caller: TenantContext,
    @ChannelId channelId: Uuid,
    @Query() query: ListMessagesQuery,
  ): Promise<Answer<{ messages: Record<string, unknown>[] }>> {
    return answer({ messages: await this.channelMessages.list(caller, channelId, query) });
  }

  /**
   * ElizaOS answers with `userMessage`; its own client reads only `data`, so both are there. With the transport `http`
   * there is `agentResponse` too; with `sse` the answer is a stream of events.
   */
  @Post()
  @ForUsers('messages:write')
  async post(@ChannelId channelId: Uuid, @Body() body: PostMessageDto, @Res() response: Response): Promise<void> {
    const caller = callerOf(response.req);
    const transport = transportOf(body);
    const incoming = postedMessage(caller, channelId, body);
    if (transport === 'sse') {
      const stream = new EventStream(response, this.env.ANSWER_HEARTBEAT_MS);
      return this.answers.stream(caller, incoming, { stream, view: userMessage });
    }
    if (transport === 'http') {
      const { accepted, agentResponse } = await this.answers.ask(caller, incoming, departure(response));
      const message = userMessage(accepted);
      response.status(201).json({ ...answer({ ...message, agentResponse }), userMessage: message, agentResponse });
      return;
    }
    const message = userMessage(await this.messages.accept(caller, incoming));
    response.status(201).json({ ...answer(message), userMessage: message });
  }

  @Delete()
  @ForUsers('messages:write')
  @HttpCode(204)
  async clear(@Caller() caller: TenantContext, @ChannelId channelId: Uuid): Promise<void> {
    await this.messages.clear(caller, channelId);
  }

  @Delete(':messageId')
  @ForUsers('messages:write')
  @HttpCode(204)
  async remove(
    @Caller() caller: TenantContext,
    @ChannelId channelId: Uuid,
    @Param('messageId', new IdPipe('message')) messageId: Uuid,
  ): Promise<void> {
    await this.messages.remove(caller, channelId, messageId);
  }
}
