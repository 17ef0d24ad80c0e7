import { Type } from 'class-transformer';
import { IsIn, IsInt, IsObject, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import type { JsonObject } from '../character.js';
import type { Uuid } from '../ids.js';
import { IsId } from '../is-id.js';
import { IsJsonUpTo } from '../is-json-up-to.js';

/** A question whose answer is fetched later. */
export class CreateJobDto {
  @IsId()
  userId: Uuid;

  @IsString()
  @Matches(/\S/, { message: 'content must not be empty' })
  @MaxLength(50_000)
  content: string;

  /** The first running agent when not given. */
  @IsOptional()
  @IsId()
  agentId?: Uuid;

  @IsOptional()
  @IsObject()
  @IsJsonUpTo(10_000)
  metadata?: JsonObject;

  /** How long the answer may take, in milliseconds: 30,000 when not given. */
  @IsOptional()
  @IsInt()
  @Min(1_000)
  @Max(300_000)
  timeoutMs?: number;
}

/** Which jobs are asked for: 50 when no limit is given, 500 at most. */
export class ListJobsQuery {
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  limit?: number;

  @IsOptional()
  @IsIn(['pending', 'processing', 'completed', 'failed', 'timeout'])
  status?: 'pending' | 'processing' | 'completed' | 'failed' | 'timeout';
}
