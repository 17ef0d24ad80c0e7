import {
  FleetError,
  messageBroadcast,
  newId,
  type CompleteMessageDto,
  type JsonObject,
  type SubmitMessageDto,
  type UpdateActionDto,
  type Uuid,
} from '@app/contracts';
import type { TenantContext } from '@app/identity';
import { Database, isDuplicate, type MessageChange, type MessageEntity, type MessageRow } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { Announcer } from '../realtime/announcer.js';
import { channelNotFound } from './channel-directory.js';
import { messageNotFound } from './stored-messages.service.js';
import { nameIn } from './views.js';

/** What agents that run elsewhere say and do. It is stored and told like any message, and nobody has to answer it. */
@Injectable()
export class SubmissionsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Announcer) private readonly announcer: Announcer,
  ) {}

  /**
   * Stores a message under the id it brings; the same again is answered and not told again.
   *
   * @param sourceType what it is when the body does not say
   * @throws FleetError VALIDATION_ERROR, CHANNEL_NOT_FOUND; IDEMPOTENCY_CONFLICT when its id belongs to another message
   */
  async submit(
    { tenantId }: TenantContext,
    body: SubmitMessageDto,
    sourceType: 'agent_response' | 'agent_action',
  ): Promise<MessageEntity> {
    const row = submitted(body, sourceType);
    try {
      return await this.database.inTenant(tenantId, async (tenant) => {
        const channel = await tenant.channels.find(row.channelId);
        const insertion = channel && (await tenant.messages.insert(row));
        if (!insertion) throw channelNotFound();
        const { stored, message } = insertion;
        if (!stored && !isSame(message, row)) throw idTaken();
        if (stored) tenant.afterCommit(() => void this.tell(tenantId, channel.messageServerId, message));
        return message;
      });
    } catch (error) {
      throw isDuplicate(error) ? idTaken() : error;
    }
  }

  /**
   * Changes an action; its listeners are told under the same id.
   *
   * @throws FleetError NOT_FOUND
   */
  async update({ tenantId }: TenantContext, id: Uuid, change: UpdateActionDto): Promise<MessageEntity> {
    return this.database.inTenant(tenantId, async (tenant) => {
      const updated = await tenant.messages.update(id, changeOf(change));
      const channel = updated && (await tenant.channels.find(updated.message.channelId));
      if (!channel) throw messageNotFound();
      const { message, place } = updated;
      tenant.afterCommit(() => void this.tell(tenantId, channel.messageServerId, { ...message, seq: place.seq }));
      return message;
    });
  }

  /**
   * Tells a channel's listeners that an agent is done, and why when it failed.
   *
   * @throws FleetError VALIDATION_ERROR, CHANNEL_NOT_FOUND, NOT_FOUND
   */
  async complete({ tenantId }: TenantContext, body: CompleteMessageDto): Promise<void> {
    const { messageId, status, error } = body;
    const { message, channelId, behind } = await this.database.inTenant(tenantId, async (tenant) => {
      const message = messageId && (await tenant.messages.find(messageId));
      const channelId = body.channel_id ?? body.channelId ?? (message || undefined)?.channelId;
      if (!channelId) throw messageId ? messageNotFound() : missing(['messageId or channel_id']);
      const behind = await tenant.channels.lastSeq(channelId);
      if (behind === undefined) throw channelNotFound();
      return { message: message || undefined, channelId, behind };
    });
    const place = { tenantId, channelId, behind };
    if (message && status === 'failed') {
      const failure = { messageId: message.id, channelId, agentId: message.authorId };
      void this.announcer.announce(place, 'messageStreamError', { ...failure, error: error ?? 'The answer failed' });
    }
    void this.announcer.announce(place, 'messageComplete', { channelId, roomId: channelId });
  }

  private async tell(tenantId: Uuid, messageServerId: Uuid, message: MessageEntity): Promise<void> {
    const place = { tenantId, channelId: message.channelId };
    await this.announcer.announce(place, 'messageBroadcast', messageBroadcast(message, messageServerId));
  }
}

function submitted(body: SubmitMessageDto, sourceType: string): MessageRow {
  const { content, metadata = {} } = body;
  const channelId = body.channel_id ?? body.channelId;
  const authorId = body.author_id ?? body.agentId;
  if (!channelId || !authorId) {
    throw missing([...(channelId ? [] : ['channel_id']), ...(authorId ? [] : ['author_id'])]);
  }
  const raw: JsonObject = { text: content, ...(sourceType === 'agent_response' ? { actions: ['REPLY'] } : {}) };
  return {
    id: body.messageId ?? newId(),
    channelId,
    authorId,
    authorName: nameIn(metadata['agentName']) ?? 'Agent',
    content,
    sourceType: body.source_type ?? sourceType,
    sourceId: null,
    inReplyTo: body.in_reply_to_message_id ?? body.inReplyToMessageId ?? null,
    metadata,
    rawMessage: body.raw_message ?? raw,
    clientMessageId: null,
  };
}

function changeOf(change: UpdateActionDto): MessageChange {
  const { content, raw_message, source_type, in_reply_to_message_id, metadata, author_id } = change;
  const name = nameIn(metadata?.['agentName']);
  return {
    ...(content === undefined ? {} : { content }),
    ...(raw_message === undefined ? {} : { rawMessage: raw_message }),
    ...(source_type === undefined ? {} : { sourceType: source_type }),
    ...(in_reply_to_message_id === undefined ? {} : { inReplyTo: in_reply_to_message_id }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(author_id === undefined ? {} : { authorId: author_id }),
    ...(name === undefined ? {} : { authorName: name }),
  };
}

function isSame(message: MessageEntity, row: MessageRow): boolean {
  return message.channelId === row.channelId && message.authorId === row.authorId && message.content === row.content;
}

function idTaken(): FleetError {
  return new FleetError('IDEMPOTENCY_CONFLICT', 'This message id belongs to another message');
}

function missing(fields: string[]): FleetError {
  return new FleetError('VALIDATION_ERROR', `Missing required fields: ${fields.join(', ')}`);
}
