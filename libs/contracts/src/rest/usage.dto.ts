import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import type { Uuid } from '../ids.js';
import { IsId } from '../is-id.js';

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

/** Which months are asked for, and how they are to be told. */
export class UsageQuery {
  /** The first month, such as `2026-01`; this one when left out. */
  @IsOptional()
  @Matches(MONTH, { message: 'since must be a month such as 2026-01' })
  since?: string;

  /** The last month; this one when left out. */
  @IsOptional()
  @Matches(MONTH, { message: 'until must be a month such as 2026-01' })
  until?: string;

  @IsOptional()
  @IsIn(['json', 'csv'])
  format?: 'json' | 'csv';
}

/** Which months of which tenants an operator asks for, and how they are to be told. */
export class TenantsUsageQuery extends UsageQuery {
  /** Where the page before ended: its `next`. */
  @IsOptional()
  @IsId()
  after?: Uuid;

  /** So many tenants at most; 100 when left out. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  limit?: number;
}
