import { Type } from 'class-transformer';
import { IsDate, IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

/** How much of the queue is told. */
export class QueueQuery {
  /** So many tenants at most, those first whose oldest turn has waited longest; 100 when left out. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000)
  limit?: number;
}

/** Which dead turns are meant. */
export class DeadTurnsDto {
  /** Only those that failed in this way, such as `world`, `timeout`, `quota` or `bug`. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  errorKind?: string;

  /** Only those of messages before this time, as ISO 8601. */
  @IsOptional()
  @Type(() => Date)
  @IsDate()
  until?: Date;

  /** So many at most, the oldest first; 500 when left out. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000)
  limit?: number;

  /** Where the page before ended: its `next`. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  cursor?: string;
}

/** Which turns of a tenant are listed, oldest first. */
export class TurnsQuery extends DeadTurnsDto {
  /** waiting, released, running, or failed: dead. Those that failed when left out. */
  @IsOptional()
  @IsIn(['waiting', 'released', 'running', 'failed'])
  state?: 'waiting' | 'released' | 'running' | 'failed';
}
