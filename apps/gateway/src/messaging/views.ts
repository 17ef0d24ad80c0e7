import type {
  ChannelView,
  JsonObject,
  MessageRow,
  MessageServerView,
  MessageView,
  UserMessage,
  Uuid,
} from '@app/contracts';
import type { ChannelEntity, MessageEntity, MessageServerEntity } from '@app/persistence';
import type { AcceptedMessage } from './messages.service.js';

export function channelView(channel: ChannelEntity): ChannelView {
  return {
    id: channel.id,
    messageServerId: channel.messageServerId,
    name: channel.name,
    type: channel.type,
    metadata: channel.metadata,
    createdAt: channel.createdAt.toISOString(),
    updatedAt: channel.updatedAt.toISOString(),
  };
}

/** A channel's details: ElizaOS's client changes who takes part by reading them here and writing them back. */
export function channelDetails(channel: ChannelEntity, participantCentralUserIds: Uuid[]): ChannelView {
  return { ...channelView(channel), metadata: { ...channel.metadata, participantCentralUserIds } };
}

/** A message server as ElizaOS shows it. */
export function messageServerView(server: MessageServerEntity): MessageServerView {
  return {
    id: server.id,
    name: server.name,
    sourceType: server.sourceType,
    ...(server.sourceId === null ? {} : { sourceId: server.sourceId }),
    ...(server.metadata === null ? {} : { metadata: server.metadata }),
    createdAt: server.createdAt.toISOString(),
    updatedAt: server.updatedAt.toISOString(),
  };
}

/** A message that was posted, as ElizaOS answers it. */
export function userMessage({ message, messageServerId }: AcceptedMessage): UserMessage {
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

/** A message as ElizaOS lists it: times both as ISO texts and as milliseconds, thought and actions lifted up. */
export function messageView(message: MessageEntity): MessageView {
  const { rawMessage } = message;
  const lifted: JsonObject = {};
  for (const field of ['thought', 'actions', 'attachments']) {
    const value = rawMessage?.[field];
    if (value !== undefined && value !== null) lifted[field] = value;
  }
  return {
    id: message.id,
    channelId: message.channelId,
    authorId: message.authorId,
    content: message.content,
    ...(rawMessage === null ? {} : { rawMessage }),
    sourceType: message.sourceType,
    ...(message.sourceId === null ? {} : { sourceId: message.sourceId }),
    metadata: { ...message.metadata, ...lifted },
    inReplyToRootMessageId: message.inReplyTo,
    createdAt: message.createdAt.toISOString(),
    updatedAt: message.updatedAt.toISOString(),
    created_at: message.createdAt.getTime(),
    updated_at: message.updatedAt.getTime(),
    seq: message.seq,
  };
}

/** A message as ElizaOS answers it to whoever stored it. */
export function messageRowView(message: MessageEntity): MessageRow {
  return {
    id: message.id,
    channelId: message.channelId,
    authorId: message.authorId,
    content: message.content,
    ...(message.rawMessage === null ? {} : { rawMessage: message.rawMessage }),
    sourceType: message.sourceType,
    metadata: message.metadata,
    inReplyToRootMessageId: message.inReplyTo,
    createdAt: message.createdAt.toISOString(),
    updatedAt: message.updatedAt.toISOString(),
    seq: message.seq,
  };
}

/** A name that was given among free metadata; whatever is none is overlooked. */
export function nameIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= 200 ? value : undefined;
}
