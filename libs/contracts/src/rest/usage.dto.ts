import { IsIn, IsOptional, Matches } from 'class-validator';

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
