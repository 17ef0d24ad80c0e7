import { IsNotEmpty, IsObject, IsOptional, IsString, MaxLength, ValidateIf } from 'class-validator';
import type { JsonObject } from '../character.js';
import type { Uuid } from '../ids.js';
import { IsId } from '../is-id.js';

/** A new world of an agent, or one that exists and that it joins. */
export class CreateWorldDto {
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  @ValidateIf((world: CreateWorldDto) => world.worldId === undefined || world.name !== undefined)
  name?: string;

  /** A world of another agent, or one that stands for a message server. */
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

/** A change of a world as an agent knows it. */
export class UpdateWorldDto {
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  name?: string;

  /** Put over the metadata that are there. */
  @IsOptional()
  @IsObject()
  metadata?: JsonObject;

  /** Put over `metadata.settings`. */
  @IsOptional()
  @IsObject()
  settings?: JsonObject;
}
