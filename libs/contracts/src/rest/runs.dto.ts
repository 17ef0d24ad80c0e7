import { Transform, Type, type TransformFnParams } from 'class-transformer';
import { IsArray, IsDate, IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import type { Uuid } from '../ids.js';
import { IsId } from '../is-id.js';
import { moment } from './messages.dto.js';

/** The states of a run, as ElizaOS names them. */
export const RUN_STATUSES = ['started', 'completed', 'timeout', 'error'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** Text that Postgres can be asked for. */
const STORABLE = /^[^\0]*$/;

/** Which steps of an agent's log are asked for. */
export class ListLogsQuery {
  @IsOptional()
  @IsId()
  roomId?: Uuid;

  /** Such as `run_event` or `useModel:TEXT_LARGE`. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  @Matches(STORABLE)
  type?: string;

  /** 10 when not given; 500 at most. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  count?: number;

  /** The name ElizaOS's client has for `count`. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  limit?: number;

  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  offset?: number;

  /** Steps of these types, or of models with such a part in their type, are left out. */
  @IsOptional()
  @Transform(listed)
  @IsArray()
  @IsString({ each: true })
  @Matches(STORABLE, { each: true })
  excludeTypes?: string[];

  /** `error`: only steps that failed; `debug`, `info`, `warn`: those and all others as well. */
  @IsOptional()
  @IsString()
  @MaxLength(20)
  level?: string;

  @IsOptional()
  @Transform(moment)
  @IsDate()
  from?: Date;

  @IsOptional()
  @Transform(moment)
  @IsDate()
  to?: Date;

  /** Only steps with this text. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  @Matches(STORABLE)
  search?: string;
}

/** Which runs of an agent are asked for. */
export class ListRunsQuery {
  @IsOptional()
  @IsId()
  roomId?: Uuid;

  @IsOptional()
  @IsIn([...RUN_STATUSES, 'all'])
  status?: RunStatus | 'all';

  /** 20 when not given; 100 at most. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  limit?: number;

  @IsOptional()
  @Transform(moment)
  @IsDate()
  from?: Date;

  @IsOptional()
  @Transform(moment)
  @IsDate()
  to?: Date;
}

function listed({ value }: TransformFnParams): unknown {
  return typeof value === 'string' ? [value] : value;
}
