import {
  ArrayMaxSize,
  IsArray,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  MaxLength,
  ValidateIf,
} from 'class-validator';
import type { JsonObject } from '../character.js';
import type { Uuid } from '../ids.js';

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
  @IsUUID('loose')
  @ValidateIf((join: JoinPayload) => join.channelId !== undefined || join.roomId === undefined)
  channelId?: Uuid;

  @IsUUID('loose')
  @ValidateIf((join: JoinPayload) => join.channelId === undefined && join.roomId !== undefined)
  roomId?: Uuid;

  @IsOptional()
  @IsUUID('loose')
  agentId?: Uuid;

  @IsOptional()
  @IsUUID('loose')
  entityId?: Uuid;

  @IsOptional()
  @IsUUID('loose')
  messageServerId?: Uuid;

  @IsOptional()
  @IsObject()
  metadata?: JsonObject;
}

/** A client says something in a channel. */
export class SendPayload {
  @IsUUID('loose')
  @ValidateIf((send: SendPayload) => send.channelId !== undefined || send.roomId === undefined)
  channelId?: Uuid;

  @IsUUID('loose')
  @ValidateIf((send: SendPayload) => send.channelId === undefined && send.roomId !== undefined)
  roomId?: Uuid;

  @IsUUID('loose')
  messageServerId: Uuid;

  @IsUUID('loose')
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
  @IsUUID('loose')
  targetUserId?: Uuid;
}

/** What a socket client may send that is acted upon, and the class its payload must satisfy. */
export const clientEvents = {
  [SOCKET_MESSAGE_TYPE.ROOM_JOINING]: JoinPayload,
  [SOCKET_MESSAGE_TYPE.SEND_MESSAGE]: SendPayload,
} as const;
