import {
  SYSTEM_ENTITY_ID,
  type ListMessagesQuery,
  type MessageView,
  type PostMessageDto,
  type Uuid,
} from '@app/contracts';
import { boundEntity, type TenantContext } from '@app/identity';
import { Database } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { IncomingMessage } from './messages.service.js';
import { messageView, nameIn } from './views.js';

/** How many messages a page has when nobody says, and at most. */
const PAGE = { usual: 50, most: 500 };

/** The messages of a channel, as REST has them. */
@Injectable()
export class ChannelMessagesService {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** A page of a channel's history, newest first; empty when there is no such channel. */
  async list(caller: TenantContext, channelId: Uuid, query: ListMessagesQuery): Promise<MessageView[]> {
    const limit = Math.min(query.limit ?? PAGE.usual, PAGE.most);
    const page = { limit, before: query.before, after: query.after, seenBy: boundEntity(caller) };
    const found = await this.database.inTenant(caller.tenantId, (tenant) => tenant.messages.page(channelId, page));
    return found.map(messageView);
  }
}

/** A posted message, as it is accepted. ElizaOS's client names no author: then it is the caller's own entity. */
export function postedMessage(caller: TenantContext, channelId: Uuid, body: PostMessageDto): IncomingMessage {
  const { metadata } = body;
  return {
    channelId,
    messageServerId: body.message_server_id ?? body.server_id,
    authorId: body.author_id ?? caller.entityId?.toLowerCase() ?? SYSTEM_ENTITY_ID,
    authorName: nameIn(metadata?.['user_display_name']),
    text: body.content,
    source: body.source_type ?? 'eliza_gui',
    clientMessageId: body.messageId ?? nameIn(metadata?.['client_message_id']),
    inReplyTo: body.in_reply_to_message_id,
    metadata,
    raw: body.raw_message,
  };
}
