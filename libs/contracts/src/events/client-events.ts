import {
  ArrayMaxSize,
  IsArray,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  MaxLength,
  ValidateIf,
} from 'class-validator';
import type { JsonObject } from '../character.js';
import type { Uuid } from '../ids.js';
import { IsId } from '../is-id.js';
import { LogFilters } from './log-events.js';

/** ElizaOS's numbers for what a `message` event carries. Only the first two ask for anything. */
export const SOCKET_MESSAGE_TYPE = {
  ROOM_JOINING: 1,
  SEND_MESSAGE: 2,
  MESSAGE: 3,
  ACK: 4,
  THINKING: 5,
  CONTROL: 6,
} as const;

/** The longest text of a message, in characters. */
export const MAX_MESSAGE_LENGTH = 100_000;

/** A client wants to hear of a channel. `roomId` is its older name. */
export class JoinPayload {
  @IsId()
  @ValidateIf((join: JoinPayload) => join.channelId !== undefined || join.roomId === undefined)
  channelId?: Uuid;

  @IsId()
  @ValidateIf((join: JoinPayload) => join.channelId === undefined && join.roomId !== undefined)
  roomId?: Uuid;

  @IsOptional()
  @IsId()
  agentId?: Uuid;

  @IsOptional()
  @IsId()
  entityId?: Uuid;

  @IsOptional()
  @IsId()
  messageServerId?: Uuid;

  @IsOptional()
  @IsObject()
  metadata?: JsonObject;
}

/** A client says something in a channel. */
export class SendPayload {
  @IsId()
  @ValidateIf((send: SendPayload) => send.channelId !== undefined || send.roomId === undefined)
  channelId?: Uuid;

  @IsId()
  @ValidateIf((send: SendPayload) => send.channelId === undefined && send.roomId !== undefined)
  roomId?: Uuid;

  @IsId()
  messageServerId: Uuid;

  @IsId()
  senderId: Uuid;

  @IsOptional()
  @IsString()
  @MaxLength(200)
  senderName?: string;

  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_MESSAGE_LENGTH)
  message: string;

  /** The client's own id of this message: sending it again stores nothing. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  messageId?: string;

  @IsOptional()
  @IsString()
  @MaxLength(100)
  source?: string;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsObject({ each: true })
  attachments?: JsonObject[];

  @IsOptional()
  @IsObject()
  metadata?: JsonObject;

  @IsOptional()
  @IsId()
  targetUserId?: Uuid;
}

/** A client wants no answer to a message any more. */
export class CancelPayload {
  @IsId()
  channelId: Uuid;

  /** The message that was to be answered. */
  @IsId()
  messageId: Uuid;

  /** Whose answer; those of all agents when not given. */
  @IsOptional()
  @IsId()
  agentId?: Uuid;
}

/** A join or a send as ElizaOS frames it. */
export class MessageFrame {
  /** 1 joins a channel, 2 sends a message; ElizaOS has numbers for more that ask for nothing. */
  type: number;
  /** Of the event that the number stands for. */
  payload: JsonObject;
}

/** Everything a socket client may send that is acted upon: what it carries, and what comes of it. */
export const clientEvents = {
  message: { payload: MessageFrame, about: 'A join (type 1) or a message (type 2), as ElizaOS frames them.' },
  ROOM_JOINING: { payload: JoinPayload, about: 'Joins a channel: answered with channel_joined or messageError.' },
  '1': { payload: JoinPayload, about: 'The same under its number.' },
  SEND_MESSAGE: { payload: SendPayload, about: 'Sends a message: answered with messageAck or messageError.' },
  '2': { payload: SendPayload, about: 'The same under its number.' },
  cancel_answers: {
    payload: CancelPayload,
    about: 'Ends the answers to a message: answered with answersCancelled or messageError.',
  },
  subscribe_logs: { payload: undefined, about: "Follows the tenant's log: answered with log_subscription_confirmed." },
  unsubscribe_logs: { payload: undefined, about: 'Follows it no longer: answered with log_subscription_confirmed.' },
  update_log_filters: { payload: LogFilters, about: 'Says which lines are wanted: answered with log_filters_updated.' },
} as const;
