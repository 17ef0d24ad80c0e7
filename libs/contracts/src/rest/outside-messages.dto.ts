import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsNotEmpty,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import type { JsonObject } from '../character.js';
import { MAX_MESSAGE_LENGTH } from '../events/client-events.js';
import type { Uuid } from '../ids.js';
import { IsId } from '../is-id.js';

/** The most things one request may bring. */
const MOST_AT_ONCE = 1_000;

/**
 * What an agent says or does that runs elsewhere. ElizaOS's server has the names with underscores, its client the
 * others; either will do.
 */
export class SubmitMessageDto {
  @IsOptional()
  @IsId()
  channel_id?: Uuid;

  @IsOptional()
  @IsId()
  channelId?: Uuid;

  @IsOptional()
  @IsId()
  message_server_id?: Uuid;

  /** The older name of `message_server_id`. */
  @IsOptional()
  @IsId()
  server_id?: Uuid;

  @IsOptional()
  @IsId()
  author_id?: Uuid;

  /** The author's other name: who submits is an agent. */
  @IsOptional()
  @IsId()
  agentId?: Uuid;

  /** May be empty, as that of an action that only changes its state. */
  @IsString()
  @MaxLength(MAX_MESSAGE_LENGTH)
  content: string;

  /** `agent_response` when not given, for an action `agent_action`. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  source_type?: string;

  @IsOptional()
  @IsObject()
  raw_message?: JsonObject;

  /** Its id, the one its stream had. Submitting it again stores nothing. */
  @IsOptional()
  @IsId()
  messageId?: Uuid;

  @IsOptional()
  @IsId()
  in_reply_to_message_id?: Uuid;

  @IsOptional()
  @IsId()
  inReplyToMessageId?: Uuid;

  @IsOptional()
  @IsObject()
  metadata?: JsonObject;
}

/** One message of another platform. */
export class ExternalMessageDto {
  /** The platform's own id of it: bringing it again stores nothing. */
  @IsOptional()
  @IsString()
  @MaxLength(500)
  id?: string;

  /** The platform's own id of who said it. */
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  authorId: string;

  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_MESSAGE_LENGTH)
  content: string;

  @IsOptional()
  @IsNumber()
  timestamp?: number;

  @IsOptional()
  @IsObject()
  metadata?: JsonObject;
}

/** What was said on another platform: one message with underscores, as ElizaOS's server has it, or its client's list. */
export class IngestMessagesDto {
  @IsOptional()
  @IsId()
  channel_id?: Uuid;

  @IsOptional()
  @IsId()
  message_server_id?: Uuid;

  /** The older name of `message_server_id`. */
  @IsOptional()
  @IsId()
  server_id?: Uuid;

  @IsOptional()
  @IsId()
  author_id?: Uuid;

  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_MESSAGE_LENGTH)
  content?: string;

  @IsOptional()
  @IsString()
  @MaxLength(200)
  author_display_name?: string;

  @IsOptional()
  @IsObject()
  raw_message?: JsonObject;

  @IsOptional()
  @IsString()
  @MaxLength(500)
  source_id?: string;

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
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  platform?: string;

  /** A channel's id here, or its own on the platform, as `sync-channels` told. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  channelId?: string;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_AT_ONCE)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => ExternalMessageDto)
  messages?: ExternalMessageDto[];
}

/** An agent that runs elsewhere is done with a turn, under the names of ElizaOS's client or of its agents. */
export class CompleteMessageDto {
  @IsOptional()
  @IsId()
  messageId?: Uuid;

  @IsOptional()
  @IsIn(['completed', 'failed'])
  status?: 'completed' | 'failed';

  /** Why it failed. */
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  error?: string;

  @IsOptional()
  @IsId()
  channel_id?: Uuid;

  @IsOptional()
  @IsId()
  channelId?: Uuid;
}

/** A channel of another platform. */
export class SyncedChannelDto {
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  name: string;

  /** GROUP when not given. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(50)
  type?: string;

  /** The platform's own id of it. */
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  sourceId: string;
}

/** The channels a message server has where it comes from. */
export class SyncChannelsDto {
  @IsArray()
  @ArrayMaxSize(MOST_AT_ONCE)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => SyncedChannelDto)
  channels: SyncedChannelDto[];
}
