import { Transform, Type, type TransformFnParams } from 'class-transformer';
import { IsDate, IsInt, IsNotEmpty, IsObject, IsOptional, IsString, Matches, MaxLength, Min } from 'class-validator';
import type { JsonObject } from '../character.js';
import { MAX_MESSAGE_LENGTH } from '../events/client-events.js';
import type { Uuid } from '../ids.js';
import { IsId } from '../is-id.js';
import { moment } from './messages.dto.js';

/** New words for a message. */
export class EditMessageDto {
  @IsString()
  @Matches(/\S/, { message: 'content must not be empty' })
  @MaxLength(MAX_MESSAGE_LENGTH)
  content: string;
}

/** What changes of an agent's action; what is not given stays. */
export class UpdateActionDto {
  @IsOptional()
  @IsString()
  @MaxLength(MAX_MESSAGE_LENGTH)
  content?: string;

  @IsOptional()
  @IsObject()
  raw_message?: JsonObject;

  @IsOptional()
  @IsString()
  @MaxLength(100)
  source_type?: string;

  @IsOptional()
  @IsId()
  in_reply_to_message_id?: Uuid;

  @IsOptional()
  @IsObject()
  metadata?: JsonObject;

  @IsOptional()
  @IsId()
  author_id?: Uuid;
}

/** Which messages are looked for, over all channels or in one. */
export class SearchMessagesDto {
  /** Words, "a phrase", either or another, -without. Needed unless a channel is named. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(1_000)
  query?: string;

  @IsOptional()
  @IsId()
  channelId?: Uuid;

  @IsOptional()
  @IsId()
  authorId?: Uuid;

  /** Only messages from this moment on: epoch milliseconds, an ISO date, or what JavaScript makes of a Date. */
  @IsOptional()
  @Transform(moment)
  @IsDate()
  from?: Date;

  /** Only messages up to this moment. */
  @IsOptional()
  @Transform(moment)
  @IsDate()
  to?: Date;

  /** 50 when not given; 100 at most. */
  @IsOptional()
  @Transform(whole)
  @IsInt()
  @Min(1)
  limit?: number;

  /** How many of the newest are passed over. */
  @IsOptional()
  @Transform(whole)
  @IsInt()
  @Min(0)
  offset?: number;

  /** In place of `offset`: which page, from 1. */
  @IsOptional()
  @Transform(whole)
  @IsInt()
  @Min(1)
  page?: number;
}

function whole({ value }: TransformFnParams): unknown {
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
}

/** Which part of a conversation its title is made of. */
export class TitleQuery {
  /** 50 when not given; 100 at most. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  limit?: number;

  /** Only messages before this moment. */
  @IsOptional()
  @Transform(moment)
  @IsDate()
  before?: Date;
}

/** Which agent finds a title. */
export class GenerateTitleDto {
  @IsId()
  agentId: Uuid;
}
