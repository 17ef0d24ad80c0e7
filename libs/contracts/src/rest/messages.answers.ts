import type { JsonObject } from '../character.js';
import type { Uuid } from '../ids.js';

/** A message that was posted. */
export class UserMessage {
  id: Uuid;
  channel_id: Uuid;
  message_server_id: Uuid;
  author_id: Uuid;
  content: string;
  /** Epoch milliseconds. */
  created_at: number;
  source_type: string | null;
  raw_message?: JsonObject;
  metadata: JsonObject;
  author_display_name?: string;
  in_reply_to_message_id?: Uuid;
  /** Its place in the channel's order. */
  seq: number;
}

/** What an agent answered to a caller who waited for it. */
export class AgentResponse {
  thought: string;
  actions: string[];
  providers: string[];
  text: string;
  /** Whether it is nothing but a reply. */
  simple: boolean;
  /** The id of the answer among the channel's messages; null when the agent chose to be silent. */
  responseId: Uuid | null;
  inReplyTo: Uuid;
  attachments?: JsonObject[];
}

/** A message that was posted, and what was answered to it, where the caller waited. */
export class AnsweredMessage extends UserMessage {
  agentResponse?: AgentResponse;
}

/** A message that was posted: as ElizaOS answers it, and in `data`, where its client looks. */
export class PostedMessage {
  success: boolean;
  data: AnsweredMessage;
  userMessage: UserMessage;
  /** With the transport `http`. */
  agentResponse?: AgentResponse;
}

/** A message of a channel's history. Times are ISO texts, and epoch milliseconds under their older names. */
export class MessageView {
  id: Uuid;
  channelId: Uuid;
  authorId: Uuid;
  content: string;
  rawMessage?: JsonObject;
  sourceType: string | null;
  sourceId?: string;
  /** With the thought, the actions and the attachments of an agent. */
  metadata: JsonObject;
  inReplyToRootMessageId: Uuid | null;
  createdAt: string;
  updatedAt: string;
  created_at: number;
  updated_at: number;
  /** Its place in the channel's order. */
  seq: number;
}

/** Messages, newest first. */
export class MessageList {
  messages: MessageView[];
}

/** A page of messages that were looked for, newest first. */
export class FoundMessages extends MessageList {
  hasMore: boolean;
}

/** A message as it was stored. */
export class MessageRow {
  id: Uuid;
  channelId: Uuid;
  authorId: Uuid;
  content: string;
  rawMessage?: JsonObject;
  sourceType: string | null;
  metadata: JsonObject;
  inReplyToRootMessageId: Uuid | null;
  createdAt: string;
  updatedAt: string;
  seq: number;
}

/** What came of messages from elsewhere. */
export class IngestedMessages {
  /** The last one's. */
  messageId: Uuid | null;
  messageIds: Uuid[];
  processed: number;
}

/** The answer to messages from elsewhere. */
export class IngestAnswer {
  success: true;
  data: IngestedMessages;
  message: string;
}
