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

/** The most participants one request may name. */
const MAX_PARTICIPANTS = 1_000;

/** A new message server. */
export class CreateMessageServerDto {
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  name: string;

  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  sourceType: string;

  @IsOptional()
  @IsString()
  @MaxLength(200)
  sourceId?: string;

  @IsOptional()
  @IsObject()
  metadata?: JsonObject;
}

/** A new channel. */
export class CreateChannelDto {
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  name: string;

  @IsId()
  @ValidateIf((channel: CreateChannelDto) => channel.message_server_id !== undefined || channel.server_id === undefined)
  message_server_id?: Uuid;

  /** The older name of `message_server_id`. */
  @IsOptional()
  @IsId()
  server_id?: Uuid;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_PARTICIPANTS)
  @IsId({ each: true })
  participantCentralUserIds?: Uuid[];

  /** GROUP when not given. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(50)
  type?: string;

  @IsOptional()
  @IsObject()
  metadata?: JsonObject;
}

/** What changes of a channel. */
export class UpdateChannelDto {
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  name?: string;

  /** Takes the place of all participants. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_PARTICIPANTS)
  @IsId({ each: true })
  participantCentralUserIds?: Uuid[];

  /** Takes the place of all metadata. */
  @IsOptional()
  @IsObject()
  metadata?: JsonObject;
}

/** An agent that joins a channel. */
export class AddChannelAgentDto {
  @IsId()
  agentId: Uuid;
}

/** The two of a direct channel. */
export class DirectChannelQuery {
  @IsId()
  currentUserId: Uuid;

  @IsId()
  targetUserId: Uuid;

  /** The default message server when not given. */
  @IsOptional()
  @IsId()
  dmServerId?: Uuid;
}
