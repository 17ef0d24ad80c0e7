import type { JsonObject } from '../character.js';
import type { Uuid } from '../ids.js';
import type { MessageBroadcast } from './server-events.js';

/** What is stored of a message, as far as listeners hear of it. */
export interface StoredMessage {
  id: Uuid;
  channelId: Uuid;
  seq: number;
  authorId: Uuid;
  authorName: string | null;
  content: string;
  sourceType: string | null;
  inReplyTo: Uuid | null;
  metadata: JsonObject;
  rawMessage: JsonObject | null;
  clientMessageId: string | null;
  createdAt: Date;
  /** Later than `createdAt` when it was changed; left out of a message that is new. */
  updatedAt?: Date;
}

/**
 * A message on the wire: a pure function of what is stored, so those who hear it live and those who catch up get the
 * same. Every listener gets the client message id; clients look at it only when they are the sender.
 */
export function messageBroadcast(message: StoredMessage, messageServerId: Uuid): MessageBroadcast {
  const { metadata, rawMessage } = message;
  const broadcast: MessageBroadcast = {
    id: message.id,
    senderId: message.authorId,
    senderName: message.authorName ?? 'User',
    text: message.content,
    channelId: message.channelId,
    roomId: message.channelId,
    messageServerId,
    createdAt: message.createdAt.getTime(),
    source: message.sourceType ?? 'unknown',
    seq: message.seq,
  };
  if (message.sourceType === 'agent_response') broadcast.serverId = messageServerId;
  if (metadata['attachments'] !== undefined) broadcast.attachments = metadata['attachments'];
  if (message.clientMessageId) broadcast.clientMessageId = message.clientMessageId;
  addChanges(broadcast, message);
  if (message.inReplyTo) broadcast.inReplyTo = message.inReplyTo;
  const thought = rawMessage?.['thought'];
  if (typeof thought === 'string') broadcast.thought = thought;
  const actions = rawMessage?.['actions'];
  if (Array.isArray(actions)) broadcast.actions = actions.map(String);
  return broadcast;
}

/** ElizaOS's clients follow an action by its raw message; of any other message they are told when it was changed. */
function addChanges(
  broadcast: MessageBroadcast,
  { sourceType, createdAt, updatedAt, rawMessage }: StoredMessage,
): void {
  const changedAt = updatedAt?.getTime() ?? createdAt.getTime();
  const isAction = sourceType === 'agent_action';
  if (isAction || changedAt > createdAt.getTime()) broadcast.updatedAt = changedAt;
  if (isAction && rawMessage) broadcast.rawMessage = rawMessage;
}
