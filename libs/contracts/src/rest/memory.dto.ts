import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
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
import type { Uuid } from '../ids.js';
import { IsId } from '../is-id.js';
import { moment } from './messages.dto.js';

/** Which memories of an agent are asked for. */
export class ListMemoriesQuery {
  /** `messages` when not given; also `facts`, `documents`, … */
  @IsOptional()
  @IsString()
  @Matches(/^[\w:.-]{1,100}$/)
  tableName?: string;

  /** Only of the room that stands for this channel. */
  @IsOptional()
  @IsId()
  channelId?: Uuid;

  /** Only of this room. */
  @IsOptional()
  @IsId()
  roomId?: Uuid;

  /** 500 at most; when not given 200, in a room 20. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  limit?: number;

  /** Only memories before this moment. */
  @IsOptional()
  @Transform(moment)
  @IsDate()
  before?: Date;

  /** Accepted from clients of ElizaOS; memories have no embedding that could be included. */
  @IsOptional()
  @IsString()
  includeEmbedding?: string;
}

/** A change of a memory. Of a message's memory only content and metadata change; the rest is the message's. */
export class UpdateMemoryDto {
  @IsOptional()
  @IsObject()
  content?: JsonObject;

  @IsOptional()
  @IsObject()
  metadata?: JsonObject;

  @IsOptional()
  @IsId()
  roomId?: Uuid;

  @IsOptional()
  @IsId()
  worldId?: Uuid;

  @IsOptional()
  @IsId()
  entityId?: Uuid;
}

/** A new room of an agent. */
export class CreateRoomDto {
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  name: string;

  /** `DM` when not given. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  type?: string;

  /** `client` when not given. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  source?: string;

  @IsOptional()
  @IsId()
  worldId?: Uuid;

  @IsOptional()
  @IsId()
  messageServerId?: Uuid;

  /** The older name of `messageServerId`. */
  @IsOptional()
  @IsId()
  serverId?: Uuid;

  @IsOptional()
  @IsObject()
  metadata?: JsonObject;
}

/** A room for several agents in one world. */
export class CreateGroupDto {
  /** When not given: the active agents that take part in a channel of the message server, else all active ones. */
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(1_000)
  @IsId({ each: true })
  agentIds?: Uuid[];

  @IsOptional()
  @IsString()
  @MaxLength(200)
  name?: string;

  @IsOptional()
  @IsId()
  worldId?: Uuid;

  @IsOptional()
  @IsString()
  @MaxLength(100)
  source?: string;

  @IsOptional()
  @IsString()
  @MaxLength(100)
  type?: string;

  @IsOptional()
  @IsString()
  @MaxLength(10_000)
  description?: string;

  @IsOptional()
  @IsObject()
  metadata?: JsonObject;
}
