import { Transform, Type, type TransformFnParams } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import type { JsonObject } from '../character.js';
import { LOG_ENTRY_LEVELS, type LogEntryLevel } from '../events/log-events.js';
import type { Uuid } from '../ids.js';
import { IsId } from '../is-id.js';

const LEVELS = Object.keys(LOG_ENTRY_LEVELS) as LogEntryLevel[];

/** Which lines of the tenant's log are asked for. */
export class ServerLogsQuery {
  /** Only lines since this moment, in epoch milliseconds; the last hour when not given. */
  @IsOptional()
  @Transform(empty)
  @Type(() => Number)
  @Min(0)
  since?: number;

  /** Only lines of exactly this level; `all`, or nothing, stands for every one. */
  @IsOptional()
  @IsIn([...LEVELS, 'all', ''])
  level?: LogEntryLevel | 'all' | '';

  /** Only lines about the agent of this name; `all`, or nothing, stands for every one. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  agentName?: string;

  /** Only lines about this agent; `all`, or nothing, stands for every one. */
  @IsOptional()
  @Transform(empty)
  @IsId()
  agentId?: Uuid;

  /** 100 when not given; 1000 at most. */
  @IsOptional()
  @Transform(empty)
  @Type(() => Number)
  @IsInt()
  @Min(1)
  limit?: number;
}

/** A line that a client wants to have in the tenant's log. */
export class SubmittedLogLine {
  /** `info` when not given. */
  @IsOptional()
  @IsIn(LEVELS)
  level?: LogEntryLevel;

  @IsString()
  @Matches(/\S/, { message: 'message must not be empty' })
  @MaxLength(4_000)
  message: string;

  /** Who says it. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  source?: string;

  /** Of it `agentName` and `agentId` are kept. */
  @IsOptional()
  @IsObject()
  metadata?: JsonObject;
}

/** Lines for the tenant's log. Without any, the log is listed: ElizaOS takes this route for both. */
export class SubmitLogsDto {
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => SubmittedLogLine)
  logs?: SubmittedLogLine[];
}

/** The tenant's settings, all of them: what is not named is gone. */
export class PutSettingsDto {
  /** Names and texts; numbers and booleans are kept as text. */
  @IsObject()
  content: JsonObject;
}

/** What a quote is to vouch for. */
export class TeeQuoteQuery {
  /** Bound into the quote as its report data: up to 64 bytes in hexadecimal digits. */
  @Matches(/^([0-9a-f]{2}){1,64}$/i, { message: 'nonce must be 1 to 64 bytes in hexadecimal digits' })
  nonce: string;
}

/** Which key is asked about. */
export class TeeKeyQuery {
  /** The name the key is derived from. */
  @IsOptional()
  @Matches(/^[\w./-]{1,200}$/, { message: 'path must be 1 to 200 letters, digits, dots, slashes or dashes' })
  path?: string;
}

/** `all` and an empty text name nobody. */
function empty({ value }: TransformFnParams): unknown {
  return value === '' || value === 'all' ? undefined : value;
}
