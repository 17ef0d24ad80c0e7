import type { Json, JsonObject } from '../character.js';
import type { ErrorCode } from '../errors.js';
import type { Uuid } from '../ids.js';
import { CancelledAnswers } from '../rest/cancellations.answers.js';
import type { LogEntry, LogFilters } from './log-events.js';

/** An event that has a place in its channel's order. Stock clients overlook `seq`; others may ask for what they missed. */
class Sequenced {
  channelId: Uuid;
  seq: number;
}

/** A message of a person or an agent, for everybody in the channel. */
export class MessageBroadcast extends Sequenced {
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
export class MessageAck {
  clientMessageId?: string;
  messageId: Uuid;
  status: 'received_by_server_and_processing';
  channelId: Uuid;
  roomId: Uuid;
  seq: number;
}

/** To the sender alone: what it sent was refused. `error` is for people, `code` for programs. */
export class MessageError {
  error: string;
  code: ErrorCode;
  clientMessageId?: string;
  channelId?: Uuid;
  details?: unknown;
}

/** A piece of a reply on its way. Append it to the pieces of the same `messageId`. */
export class MessageStreamChunk {
  messageId: Uuid;
  chunk: string;
  /** Rises by one with each piece of a stream, from 0. */
  index: number;
  agentId: Uuid;
  channelId: Uuid;
}

/** A stream ended without its reply. */
export class MessageStreamError {
  messageId: Uuid;
  channelId: Uuid;
  agentId: Uuid;
  error: string;
  partialText?: string;
}

/** A socket hears a channel from now on; `seq` is the last event before. */
export class ChannelJoined extends Sequenced {
  message: string;
  roomId: Uuid;
  agentId?: Uuid;
}

/** Whether the sender may type in a channel. */
export class ControlMessage {
  action: 'disable_input' | 'enable_input';
  channelId: Uuid;
  roomId: Uuid;
}

/** The server knows the socket. */
export class ConnectionEstablished {
  message: string;
  socketId: string;
}

/** Who the socket speaks for. */
export class Authenticated {
  /** Of an end user. */
  entityId?: Uuid;
  /** Epoch milliseconds. */
  timestamp: number;
}

/** A message is gone. */
export class MessageDeleted {
  messageId: Uuid;
  channelId: Uuid;
  /** Not of a stream that is taken back, which never was stored. */
  seq?: number;
}

/** All messages of a channel are gone. */
export class ChannelCleared extends Sequenced {}

/** A channel was changed. */
export class ChannelUpdated extends Sequenced {
  /** The fields that were changed. */
  updates: JsonObject;
}

/** A channel is gone. */
export class ChannelDeleted {
  channelId: Uuid;
}

/** Everything that was to be answered in a channel was answered. */
export class MessageComplete {
  channelId: Uuid;
  roomId: Uuid;
}

/** Whether a socket follows its tenant's log. */
export class LogSubscription {
  subscribed: boolean;
  message: string;
}

/** Which lines a socket hears from now on, or why none. */
export class LogFiltersUpdated {
  success: boolean;
  filters?: LogFilters;
  error?: string;
}

/** A line of the tenant's log. */
export class LogLineHeard {
  /** Always `log_entry`. */
  type: 'log_entry';
  payload: LogEntry;
}

/** Everything the server sends: what it tells, and to whom. */
export const serverEvents = {
  connection_established: { payload: ConnectionEstablished, about: 'First thing on every connection.' },
  authenticated: { payload: Authenticated, about: 'Who the socket speaks for.' },
  channel_joined: { payload: ChannelJoined, about: 'The socket hears a channel from now on.' },
  room_joined: { payload: ChannelJoined, about: 'The same under its older name.' },
  messageAck: { payload: MessageAck, about: 'To the sender alone: the message is durable.' },
  messageError: { payload: MessageError, about: 'To the sender alone: what it sent was refused.' },
  answersCancelled: { payload: CancelledAnswers, about: 'To the sender alone: what has become of these answers.' },
  messageBroadcast: { payload: MessageBroadcast, about: 'A message of a person or an agent, new or changed.' },
  messageDeleted: { payload: MessageDeleted, about: 'A message is gone, or a stream is taken back.' },
  channelCleared: { payload: ChannelCleared, about: 'All messages of a channel are gone.' },
  channelUpdated: { payload: ChannelUpdated, about: 'A channel was changed.' },
  channelDeleted: { payload: ChannelDeleted, about: 'A channel is gone.' },
  messageStreamChunk: { payload: MessageStreamChunk, about: 'A piece of a reply on its way.' },
  messageStreamError: { payload: MessageStreamError, about: 'A stream ended without its reply.' },
  messageComplete: { payload: MessageComplete, about: 'An agent is done with a message.' },
  controlMessage: { payload: ControlMessage, about: 'Whether the sender may type in a channel.' },
  log_subscription_confirmed: { payload: LogSubscription, about: "Whether the socket follows its tenant's log." },
  log_filters_updated: { payload: LogFiltersUpdated, about: 'Which lines it hears from now on, or why none.' },
  log_stream: { payload: LogLineHeard, about: "A line of the tenant's log." },
} as const;

/** The payloads of everything the server sends, by event name. */
export type ServerEvents = { [E in keyof typeof serverEvents]: InstanceType<(typeof serverEvents)[E]['payload']> };

/** The name of a server event. */
export type ServerEvent = keyof ServerEvents;
