import { Transform, Type, type TransformFnParams } from 'class-transformer';
import {
  Allow,
  IsDate,
  IsInt,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  Min,
} from 'class-validator';
import type { JsonObject } from '../character.js';
import { MAX_MESSAGE_LENGTH } from '../events/client-events.js';
import type { Uuid } from '../ids.js';
import { IsId } from '../is-id.js';

/** Which part of a channel's history is asked for. */
export class ListMessagesQuery {
  /** 50 when not given; 500 at most. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  limit?: number;

  /** Only messages before this moment: epoch milliseconds, an ISO date, or what JavaScript makes of a Date. */
  @IsOptional()
  @Transform(moment)
  @IsDate()
  before?: Date;

  /** Only messages after this moment. */
  @IsOptional()
  @Transform(moment)
  @IsDate()
  after?: Date;
}

/** A message to a channel. */
export class PostMessageDto {
  /** Who says it; the caller's own entity when not given, and nobody in particular when the caller has none. */
  @IsOptional()
  @IsId()
  author_id?: Uuid;

  @IsString()
  @Matches(/\S/, { message: 'content must not be empty' })
  @MaxLength(MAX_MESSAGE_LENGTH)
  content: string;

  /** Needed where the channel does not exist yet. */
  @IsOptional()
  @IsId()
  message_server_id?: Uuid;

  /** The older name of `message_server_id`. */
  @IsOptional()
  @IsId()
  server_id?: Uuid;

  /** The sender's own id of this message: sending it again stores nothing. Also read from `metadata.client_message_id`. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  messageId?: string;

  @IsOptional()
  @IsId()
  in_reply_to_message_id?: Uuid;

  @IsOptional()
  @IsString()
  @MaxLength(100)
  source_type?: string;

  @IsOptional()
  @IsObject()
  raw_message?: JsonObject;

  @IsOptional()
  @IsObject()
  metadata?: JsonObject;

  /** How the answer comes: `websocket` when not given. */
  @Allow()
  transport?: string;

  /** The older name of `transport`. */
  @Allow()
  mode?: string;
}

/** Times before 1970 and beyond what a Date holds are none. */
export function moment({ value }: TransformFnParams): unknown {
  if (typeof value === 'number') return value >= 0 ? new Date(value) : value;
  if (typeof value !== 'string' || value === '') return value;
  const number = Number(value);
  const date = new Date(Number.isNaN(number) ? value : number);
  return date.getTime() >= 0 ? date : value;
}
