import { ListMessagesQuery, MessageList, PostedMessage, PostMessageDto, type Uuid } from '@app/contracts';
import { Caller, callerOf, ForUsers, requestKey, type TenantContext } from '@app/identity';
import { Answers, AnswersByHand, AnswersEvents, Refuses } from '@app/platform';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { GatewayEnv } from '../env.js';
import { answer, type Answer } from '../http/answer.js';
import { departure } from '../http/departure.js';
import { EventStream } from '../http/event-stream.js';
import { IdPipe } from '../http/id.pipe.js';
import { ANSWER_EVENTS, ANSWER_REFUSALS, AnswersService } from './answers.service.js';
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

  /** A page of what was said, newest first. */
  @Get()
  @ForUsers('messages:read')
  @Answers(MessageList)
  async list(
    @Caller() caller: TenantContext,
    @ChannelId channelId: Uuid,
    @Query() query: ListMessagesQuery,
  ): Promise<Answer<MessageList>> {
    return answer({ messages: await this.channelMessages.list(caller, channelId, query) });
  }

  /**
   * Says something. ElizaOS answers with `userMessage`; its own client reads only `data`, so both are there. With the transport `http`
   * there is `agentResponse` too; with `sse` the answer is a stream of events.
   */
  @Post()
  @ForUsers('messages:write')
  @AnswersByHand(PostedMessage)
  @AnswersEvents(ANSWER_EVENTS)
  @Refuses(...ANSWER_REFUSALS)
  async post(@ChannelId channelId: Uuid, @Body() body: PostMessageDto, @Res() response: Response): Promise<void> {
    const caller = callerOf(response.req);
    const transport = transportOf(body);
    // A gateway that dies on the way leaves the message, and the next try finds it under this id.
    const messageId = body.messageId ?? requestKey(response.req);
    const incoming = postedMessage(caller, channelId, { ...body, messageId });
    if (transport === 'sse') {
      const stream = new EventStream(response, this.env.ANSWER_HEARTBEAT_MS);
      return this.answers.stream(caller, incoming, { stream, view: userMessage });
    }
    if (transport === 'http') {
      const { accepted, agentResponse } = await this.answers.ask(caller, incoming, departure(response));
      const message = userMessage(accepted);
      const posted: PostedMessage = {
        ...answer({ ...message, agentResponse }),
        userMessage: message,
        agentResponse,
      };
      response.status(201).json(posted);
      return;
    }
    const message = userMessage(await this.messages.accept(caller, incoming));
    const posted: PostedMessage = { ...answer(message), userMessage: message };
    response.status(201).json(posted);
  }

  /** Deletes everything that was said. */
  @Delete()
  @ForUsers('messages:write')
  @HttpCode(204)
  @Refuses('CHANNEL_NOT_FOUND')
  async clear(@Caller() caller: TenantContext, @ChannelId channelId: Uuid): Promise<void> {
    await this.messages.clear(caller, channelId);
  }

  /** Deletes a message. */
  @Delete(':messageId')
  @ForUsers('messages:write')
  @HttpCode(204)
  @Refuses('CHANNEL_NOT_FOUND', 'NOT_FOUND')
  async remove(
    @Caller() caller: TenantContext,
    @ChannelId channelId: Uuid,
    @Param('messageId', new IdPipe('message')) messageId: Uuid,
  ): Promise<void> {
    await this.messages.remove(caller, channelId, messageId);
  }
}
