import {
  DEFAULT_MESSAGE_SERVER_ID,
  type SentMessage,
  type SessionMessageDto,
  type SessionMessageList,
  type SessionMessagesQuery,
  type Uuid,
} from '@app/contracts';
import type { TenantContext } from '@app/identity';
import { Database, type Session } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { EventStream } from '../http/event-stream.js';
import { AnswersService } from '../messaging/answers.service.js';
import { MessagesService, type IncomingMessage } from '../messaging/messages.service.js';
import { userMessage } from '../messaging/views.js';
import { sessionMessages, sessionStatus } from './session-views.js';
import { SessionsService } from './sessions.service.js';

/** How many messages a page has when nobody says, and at most. */
const PAGE = { usual: 50, most: 100 };

/** What is said in sessions. Every message prolongs a session that renews itself. */
@Injectable()
export class SessionMessagesService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SessionsService) private readonly sessions: SessionsService,
    @Inject(MessagesService) private readonly messages: MessagesService,
    @Inject(AnswersService) private readonly answers: AnswersService,
  ) {}

  /** A page of a session's history, newest first. @throws FleetError SESSION_NOT_FOUND, SESSION_EXPIRED */
  async page(caller: TenantContext, id: Uuid, query: SessionMessagesQuery): Promise<SessionMessageList> {
    const { channelId } = await this.sessions.get(caller, id);
    const limit = Math.min(query.limit ?? PAGE.usual, PAGE.most);
    const { before, after } = query;
    // One more than asked for tells whether there are more.
    const found = await this.database.inTenant(caller.tenantId, (tenant) =>
      tenant.messages.page(channelId, { limit: limit + 1, before, after }),
    );
    const forwards = after !== undefined && before === undefined;
    return sessionMessages(forwards ? found.slice(-limit) : found.slice(0, limit), found.length > limit);
  }

  /** Accepts a message; its answer comes over the sockets. @throws FleetError SESSION_NOT_FOUND, SESSION_EXPIRED */
  async send(caller: TenantContext, id: Uuid, body: SessionMessageDto): Promise<SentMessage> {
    const { session, wasRenewed } = await this.sessions.use(caller, id);
    const accepted = await this.messages.accept(caller, incomingMessage(session, body));
    return { success: true, userMessage: userMessage(accepted), sessionStatus: sessionStatus(session, wasRenewed) };
  }

  /** Accepts a message and waits for its answer. @throws FleetError as {@link AnswersService.ask} */
  async ask(
    caller: TenantContext,
    id: Uuid,
    { body, signal }: { body: SessionMessageDto; signal: AbortSignal },
  ): Promise<SentMessage> {
    const { session, wasRenewed } = await this.sessions.use(caller, id);
    const { accepted, agentResponse } = await this.answers.ask(caller, incomingMessage(session, body), signal);
    const status = sessionStatus(session, wasRenewed);
    return { success: true, userMessage: userMessage(accepted), agentResponse, sessionStatus: status };
  }

  /** Accepts a message and streams its answer. @throws FleetError as long as nothing was sent */
  async stream(
    caller: TenantContext,
    id: Uuid,
    { body, stream }: { body: SessionMessageDto; stream: EventStream },
  ): Promise<void> {
    const { session } = await this.sessions.use(caller, id);
    await this.answers.stream(caller, incomingMessage(session, body), { stream, view: userMessage });
  }
}

function incomingMessage(session: Session, body: SessionMessageDto): IncomingMessage {
  return {
    channelId: session.channelId,
    messageServerId: DEFAULT_MESSAGE_SERVER_ID,
    authorId: session.userId,
    text: body.content,
    source: 'sessions_api',
    clientMessageId: body.messageId,
    attachments: body.attachments,
    metadata: { ...session.metadata, ...body.metadata, sessionId: session.id },
  };
}
