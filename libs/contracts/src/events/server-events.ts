import type { Json, JsonObject } from '../character.js';
import type { ErrorCode } from '../errors.js';
import type { Uuid } from '../ids.js';
import type { LogEntry, LogFilters } from './log-events.js';

/** An event that has a place in its channel's order. Stock clients overlook `seq`; others may ask for what they missed. */
interface Sequenced {
  channelId: Uuid;
  seq: number;
}

/** A message of a person or an agent, for everybody in the channel. */
export interface MessageBroadcast extends Sequenced {
  id: Uuid;
  senderId: Uuid;
  senderName: string;
  text: string;
  roomId: Uuid;
  messageServerId: Uuid;
  /** ElizaOS's older name of `messageServerId`, sent with agents' replies. */
  serverId?: Uuid;
  /** Epoch milliseconds. */
  createdAt: number;
  /** Epoch milliseconds of the last change: the message was told before under the same id. */
  updatedAt?: number;
  source: string;
  attachments?: Json;
  /** The sender's own id of the message, by which it finds its optimistic copy. */
  clientMessageId?: string;
  inReplyTo?: Uuid;
  thought?: string;
  actions?: string[];
  /** Of an agent's action: its state. */
  rawMessage?: JsonObject;
  metadata?: JsonObject;
}

/** To the sender alone: the message is durable. */
export interface MessageAck {
  clientMessageId?: string;
  messageId: Uuid;
  status: 'received_by_server_and_processing';
  channelId: Uuid;
  roomId: Uuid;
  seq: number;
}

/** To the sender alone: what it sent was refused. `error` is for people, `code` for programs. */
export interface MessageError {
  error: string;
  code: ErrorCode;
  clientMessageId?: string;
  channelId?: Uuid;
  details?: unknown;
}

/** A piece of a reply on its way. Append it to the pieces of the same `messageId`. */
export interface MessageStreamChunk {
  messageId: Uuid;
  chunk: string;
  /** Rises by one with each piece of a stream, from 0. */
  index: number;
  agentId: Uuid;
  channelId: Uuid;
}

/** A stream ended without its reply. */
export interface MessageStreamError {
  messageId: Uuid;
  channelId: Uuid;
  agentId: Uuid;
  error: string;
  partialText?: string;
}

/** A socket hears a channel from now on; `seq` is the last event before. */
export interface ChannelJoined {
  message: string;
  channelId: Uuid;
  roomId: Uuid;
  agentId?: Uuid;
  seq: number;
}

/** Whether the sender may type in a channel. */
export interface ControlMessage {
  action: 'disable_input' | 'enable_input';
  channelId: Uuid;
  roomId: Uuid;
}

/** Which lines a socket hears from now on, or why none. */
export type LogFiltersUpdated = { success: true; filters: LogFilters } | { success: false; error: string };

/** Everything the server sends, by event name. */
export interface ServerEvents {
  connection_established: { message: string; socketId: string };
  authenticated: { entityId: Uuid; timestamp: number };
  channel_joined: ChannelJoined;
  room_joined: ChannelJoined;
  messageAck: MessageAck;
  messageError: MessageError;
  messageBroadcast: MessageBroadcast;
  messageDeleted: { messageId: Uuid; channelId: Uuid; seq?: number };
  channelCleared: { channelId: Uuid; seq: number };
  channelUpdated: { channelId: Uuid; updates: JsonObject; seq: number };
  channelDeleted: { channelId: Uuid };
  messageStreamChunk: MessageStreamChunk;
  messageStreamError: MessageStreamError;
  messageComplete: { channelId: Uuid; roomId: Uuid };
  controlMessage: ControlMessage;
  log_subscription_confirmed: { subscribed: boolean; message: string };
  log_filters_updated: LogFiltersUpdated;
  log_stream: { type: 'log_entry'; payload: LogEntry };
}

/** The name of a server event. */
export type ServerEvent = keyof ServerEvents;
