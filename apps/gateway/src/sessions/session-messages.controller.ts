import {
  SentMessageAnswer,
  SessionMessageDto,
  SessionMessageList,
  SessionMessagesQuery,
  type Uuid,
} from '@app/contracts';
import { Caller, callerOf, ForUsers, type TenantContext } from '@app/identity';
import { AnswersBare, AnswersByHand, AnswersEvents, Refuses } from '@app/platform';
import { ANSWER_EVENTS, ANSWER_REFUSALS } from '../messaging/answers.service.js';
import { Body, Controller, Get, Inject, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { GatewayEnv } from '../env.js';
import { departure } from '../http/departure.js';
import { EventStream } from '../http/event-stream.js';
import { transportOf } from '../messaging/transport.js';
import { SessionMessagesService } from './session-messages.service.js';
import { SessionId } from './sessions.controller.js';

/** ElizaOS's routes of a session's messages. */
@Controller('api/messaging/sessions/:sessionId/messages')
export class SessionMessagesController {
  constructor(
    @Inject(SessionMessagesService) private readonly messages: SessionMessagesService,
    @Inject(GatewayEnv) private readonly env: GatewayEnv,
  ) {}

  /** A page of what was said, newest first. */
  @Get()
  @ForUsers('messages:read')
  @AnswersBare(SessionMessageList)
  @Refuses('SESSION_NOT_FOUND', 'SESSION_EXPIRED')
  async list(
    @Caller() caller: TenantContext,
    @SessionId id: Uuid,
    @Query() query: SessionMessagesQuery,
  ): Promise<SessionMessageList> {
    return this.messages.page(caller, id, query);
  }

  /** Says something. ElizaOS's client reads only `data`, so the whole answer is there too. */
  @Post()
  @ForUsers('messages:write')
  @AnswersByHand(SentMessageAnswer)
  @AnswersEvents(ANSWER_EVENTS)
  @Refuses('SESSION_NOT_FOUND', 'SESSION_EXPIRED', ...ANSWER_REFUSALS)
  async post(@SessionId id: Uuid, @Body() body: SessionMessageDto, @Res() response: Response): Promise<void> {
    const caller = callerOf(response.req);
    const transport = transportOf(body);
    if (transport === 'sse') {
      const stream = new EventStream(response, this.env.ANSWER_HEARTBEAT_MS);
      return this.messages.stream(caller, id, { body, stream });
    }
    const sent = await (transport === 'http'
      ? this.messages.ask(caller, id, { body, signal: departure(response) })
      : this.messages.send(caller, id, body));
    response.status(201).json({ ...sent, data: sent } satisfies SentMessageAnswer);
  }
}
