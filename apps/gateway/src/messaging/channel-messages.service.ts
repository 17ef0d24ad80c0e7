import {
  FleetError,
  type Json,
  type JsonObject,
  type ListMessagesQuery,
  type PostMessageDto,
  type Uuid,
} from '@app/contracts';
import { Database } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { TenantContext } from '../identity/tenant-context.js';
import { MessagesService, type AcceptedMessage } from './messages.service.js';
import { messageView } from './views.js';

/** How many messages a page has when nobody says, and at most. */
const PAGE = { usual: 50, most: 500 };

/** Ways of getting an answer that ElizaOS has beside `websocket`, under their new and old names. */
const OTHER_TRANSPORTS = ['http', 'sse', 'sync', 'stream'];

/** The messages of a channel, as REST has them. */
@Injectable()
export class ChannelMessagesService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(MessagesService) private readonly messages: MessagesService,
  ) {}

  /** A page of a channel's history, newest first; empty when there is no such channel. */
  async list(
    { tenantId }: TenantContext,
    channelId: Uuid,
    query: ListMessagesQuery,
  ): Promise<Record<string, unknown>[]> {
    const limit = Math.min(query.limit ?? PAGE.usual, PAGE.most);
    const page = { limit, before: query.before, after: query.after };
    const found = await this.database.inTenant(tenantId, (tenant) => tenant.messages.page(channelId, page));
    return found.map(messageView);
  }

  /**
   * Accepts a message. Its answer comes over the sockets.
   *
   * @throws FleetError INVALID_TRANSPORT, NOT_IMPLEMENTED, CHANNEL_NOT_FOUND, IDEMPOTENCY_CONFLICT
   */
  async post(caller: TenantContext, channelId: Uuid, body: PostMessageDto): Promise<JsonObject> {
    demandTransport(body.transport ?? body.mode ?? 'websocket');
    const { metadata } = body;
    const accepted = await this.messages.accept(caller, {
      channelId,
      // One of the two is there: the body was checked.
      messageServerId: (body.message_server_id ?? body.server_id)!,
      authorId: body.author_id,
      authorName: textOf(metadata?.['user_display_name']),
      text: body.content,
      source: body.source_type ?? 'eliza_gui',
      clientMessageId: body.messageId ?? textOf(metadata?.['client_message_id']),
      inReplyTo: body.in_reply_to_message_id,
      metadata,
      raw: body.raw_message,
    });
    return userMessage(accepted);
  }
}

/** A message that was posted, as ElizaOS answers it. */
function userMessage({ message, messageServerId }: AcceptedMessage): JsonObject {
  return {
    id: message.id,
    channel_id: message.channelId,
    message_server_id: messageServerId,
    author_id: message.authorId,
    content: message.content,
    created_at: message.createdAt.getTime(),
    source_type: message.sourceType,
    ...(message.rawMessage === null ? {} : { raw_message: message.rawMessage }),
    metadata: message.metadata,
    ...(message.authorName === null ? {} : { author_display_name: message.authorName }),
    ...(message.inReplyTo === null ? {} : { in_reply_to_message_id: message.inReplyTo }),
    seq: message.seq,
  };
}

function demandTransport(transport: unknown): void {
  if (transport === 'websocket') return;
  if (OTHER_TRANSPORTS.some((known) => known === transport)) {
    throw new FleetError('NOT_IMPLEMENTED', 'Only the transport "websocket" is served so far');
  }
  throw new FleetError('INVALID_TRANSPORT', 'Invalid transport. Must be one of: http, sse, websocket, sync, stream');
}

/** What is no name or id is overlooked: metadata are free, and their checks are not ours. */
function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= 200 ? value : undefined;
}
