import { Type } from 'class-transformer';
import { IsObject, IsOptional, Matches, ValidateNested } from 'class-validator';
import { PlanLimits, PlanQuotas, PlanRetention } from '../plans.js';
import { PLAN_NAME } from './admin.dto.js';

/** Which plan is meant. */
export class PlanParams {
  @Matches(PLAN_NAME, { message: 'A plan is called by small letters, digits and dashes, 40 at most' })
  planName: string;
}

/** All terms of a plan, in place of those it had. */
export class PutPlanDto {
  /** How fast; what is left out is as usual. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => PlanLimits)
  limits?: PlanLimits;

  /** How much in a month; of what is left out there is no end. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => PlanQuotas)
  quotas?: PlanQuotas;

  /** For how many days what is kept; what is left out is as usual. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => PlanRetention)
  retention?: PlanRetention;
}
