import { createHash } from 'node:crypto';
import {
  elizaId,
  FleetError,
  isUuid,
  type ExternalMessageDto,
  type IngestedMessages,
  type IngestMessagesDto,
  type JsonObject,
  type Uuid,
} from '@app/contracts';
import type { TenantContext } from '@app/identity';
import { Database } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { channelNotFound } from './channel-directory.js';
import { MessagesService } from './messages.service.js';
import { nameIn } from './views.js';

/** What is said on other platforms comes in here; agents answer it like any other message. */
@Injectable()
export class IngestService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(MessagesService) private readonly messages: MessagesService,
  ) {}

  /** @throws FleetError VALIDATION_ERROR, CHANNEL_NOT_FOUND */
  async ingest(caller: TenantContext, body: IngestMessagesDto): Promise<IngestedMessages> {
    const ids = body.messages ? await this.several(caller, body, body.messages) : [await this.one(caller, body)];
    return { messageId: ids.at(-1) ?? null, messageIds: ids, processed: ids.length };
  }

  private async one(caller: TenantContext, body: IngestMessagesDto): Promise<Uuid> {
    const { channel_id, author_id, content, source_type = 'external', source_id } = body;
    if (!channel_id || !author_id || content === undefined) throw invalid('channel_id, author_id, content');
    const { message } = await this.messages.accept(caller, {
      channelId: channel_id,
      messageServerId: body.message_server_id ?? body.server_id,
      authorId: author_id,
      authorName: body.author_display_name,
      text: content,
      source: source_type,
      sourceId: source_id,
      clientMessageId: source_id && repetition([source_type, source_id, content]),
      inReplyTo: body.in_reply_to_message_id,
      metadata: body.metadata,
      raw: body.raw_message,
    });
    return message.id;
  }

  /** In the order given: they are one conversation. */
  private async several(
    caller: TenantContext,
    { platform, channelId: place }: IngestMessagesDto,
    messages: ExternalMessageDto[],
  ): Promise<Uuid[]> {
    if (!platform || !place) throw invalid('platform, channelId, messages');
    const channelId = await this.channelOf(caller, platform, place);
    const ids: Uuid[] = [];
    for (const { id, authorId, content, timestamp, metadata = {} } of messages) {
      const said: JsonObject = { platform, ...(timestamp === undefined ? {} : { timestamp }), ...metadata };
      const { message } = await this.messages.accept(caller, {
        channelId,
        authorId: authorOf(platform, authorId),
        authorName: nameIn(metadata['authorDisplayName']) ?? nameIn(metadata['username']),
        text: content,
        source: platform,
        sourceId: id,
        clientMessageId: id && repetition([platform, id, content]),
        metadata: said,
      });
      ids.push(message.id);
    }
    return ids;
  }

  private async channelOf({ tenantId }: TenantContext, platform: string, place: string): Promise<Uuid> {
    const known = await this.database.inTenant(tenantId, async ({ channels }) =>
      isUuid(place) ? channels.find(place.toLowerCase()) : channels.findBySource(platform, place),
    );
    if (!known) throw channelNotFound();
    return known.id;
  }
}

/** An id of ours for who says it: its own where it is one, else always the same for the same name there. */
function authorOf(platform: string, name: string): Uuid {
  const known: boolean = isUuid(name);
  return known ? name.toLowerCase() : elizaId(`${platform}:${name}`);
}

/** The same words under the same id at their source are a repetition; other words under it are a new message. */
function repetition(parts: string[]): string {
  return `ingest:${createHash('sha256').update(JSON.stringify(parts)).digest('base64url')}`;
}

function invalid(fields: string): FleetError {
  return new FleetError('VALIDATION_ERROR', `Invalid external message payload. Required: ${fields}`);
}
