import { Type } from 'class-transformer';
import { IsDate, IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import type { Uuid } from '../ids.js';
import { IsId } from '../is-id.js';

/** Which entries of the audit log are asked for. */
export class AuditQuery {
  /** The earliest time, as ISO 8601. */
  @IsOptional()
  @Type(() => Date)
  @IsDate()
  since?: Date;

  /** The time before which, as ISO 8601. */
  @IsOptional()
  @Type(() => Date)
  @IsDate()
  until?: Date;

  /** One action, such as `agent.create`. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  action?: string;

  /** One principal. */
  @IsOptional()
  @IsString()
  @MaxLength(300)
  actor?: string;

  /** What was acted on. */
  @IsOptional()
  @IsString()
  @MaxLength(300)
  objectId?: string;

  /** Where the page before ended: its `next`. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  cursor?: string;

  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000)
  limit?: number;

  @IsOptional()
  @IsIn(['json', 'csv'])
  format?: 'json' | 'csv';
}

/** Which entries of all logs an operator asks for. */
export class OperatorAuditQuery extends AuditQuery {
  /** Only the log of this tenant. */
  @IsOptional()
  @IsId()
  tenantId?: Uuid;
}
