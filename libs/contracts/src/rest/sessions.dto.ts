import { Type } from 'class-transformer';
import {
  Allow,
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsObject,
  IsOptional,
  IsPositive,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import type { JsonObject } from '../character.js';
import type { Uuid } from '../ids.js';
import { IsId } from '../is-id.js';
import { IsJsonUpTo } from '../is-json-up-to.js';
import { ListMessagesQuery } from './messages.dto.js';

/** The longest text of a message in a session, in characters. */
const MAX_CONTENT_LENGTH = 4_000;

/** The most that metadata may hold, in bytes of JSON. */
const MAX_METADATA_BYTES = 10_240;

/** Ten years: longer than anybody means. */
export const MAX_SESSION_MINUTES = 5_256_000;

/** How long a session lasts, as far as its maker says. */
export class SessionTimeoutDto {
  /** Minutes without a message until the session ends. */
  @IsOptional()
  @IsNumber()
  @IsPositive()
  @Max(MAX_SESSION_MINUTES)
  timeoutMinutes?: number;

  /** Whether every message prolongs the session. */
  @IsOptional()
  @IsBoolean()
  autoRenew?: boolean;

  /** Minutes after which it ends, however often it was renewed. */
  @IsOptional()
  @IsNumber()
  @IsPositive()
  @Max(MAX_SESSION_MINUTES)
  maxDurationMinutes?: number;

  /** So many minutes before its end it counts as near it. */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(MAX_SESSION_MINUTES)
  warningThresholdMinutes?: number;
}

/** A new session of a person with an agent. */
export class CreateSessionDto {
  @IsId()
  agentId: Uuid;

  @IsId()
  userId: Uuid;

  @IsOptional()
  @IsObject()
  @IsJsonUpTo(MAX_METADATA_BYTES)
  metadata?: JsonObject;

  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => SessionTimeoutDto)
  timeoutConfig?: SessionTimeoutDto;
}

/** A message in a session. */
export class SessionMessageDto {
  @IsString()
  @Matches(/\S/, { message: 'content must not be empty' })
  @MaxLength(MAX_CONTENT_LENGTH)
  content: string;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsObject({ each: true })
  attachments?: JsonObject[];

  @IsOptional()
  @IsObject()
  @IsJsonUpTo(MAX_METADATA_BYTES)
  metadata?: JsonObject;

  /** The sender's own id of this message: sending it again stores nothing. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  messageId?: string;

  /** How the answer comes: `websocket` when not given. */
  @Allow()
  transport?: string;

  /** The older name of `transport`. */
  @Allow()
  mode?: string;
}

/** Which part of a session's history is asked for: 50 messages when not given, 100 at most. */
export class SessionMessagesQuery extends ListMessagesQuery {
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  declare limit?: number;
}
