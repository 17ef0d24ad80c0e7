import { Type } from 'class-transformer';
import { Allow, IsArray, IsNotEmpty, IsObject, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';
import type { ExampleLine, Json, JsonObject } from '../character.js';
import type { Uuid } from '../ids.js';
import { IsId } from '../is-id.js';

/** What stands in the place of a secret's value in every answer. Sent back, it leaves the secret as it is. */
export const MASKED_SECRET = '********';

/** How a character speaks. */
export class CharacterStyleDto {
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  all?: string[];

  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  chat?: string[];

  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  post?: string[];
}

/** A character as a client sends it. Only what we read is checked; other keys are kept as they are. */
export class CharacterDto {
  /** Made from the name when it is not given. */
  @IsOptional()
  @IsId()
  id?: Uuid;

  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  name: string;

  @IsOptional()
  @IsString()
  username?: string;

  @IsOptional()
  @IsString()
  system?: string;

  /** One text or several. */
  @IsOptional()
  @IsString({ each: true })
  bio?: string | string[];

  @IsOptional()
  @IsArray()
  @IsArray({ each: true })
  messageExamples?: ExampleLine[][];

  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  postExamples?: string[];

  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  topics?: string[];

  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  adjectives?: string[];

  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => CharacterStyleDto)
  style?: CharacterStyleDto;

  @IsOptional()
  @IsArray()
  knowledge?: Json[];

  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  plugins?: string[];

  @IsOptional()
  @IsObject()
  settings?: JsonObject;
}

/** A new agent: its character under one of ElizaOS's names for it. The first one given counts. */
export class CreateAgentDto {
  @Allow()
  characterJson?: JsonObject;

  /** A file on the server. Not supported: a gateway has no files of its callers. */
  @Allow()
  characterPath?: string;

  @Allow()
  agent?: JsonObject;
}
