import type { Uuid } from '../ids.js';
import type { PlanLimits, PlanQuotas } from '../plans.js';

/** What was used of a kind in a month. */
export class MonthOfUsage {
  /** Such as `2026-01`, in UTC. */
  month: string;
  /** messages, inputTokens, outputTokens, audioSeconds or toolCalls. */
  kind: string;
  quantity: number;
}

/** What a tenant uses, and what its plan has for it. */
export class Usage {
  plan: string;
  /** What the plan bounds otherwise than the usual limits. */
  limits: PlanLimits;
  /** How much there is of each kind in a month; of what is not named there is no end. */
  quotas: PlanQuotas;
  /** Bytes of the files that are there now, with what was made of them. */
  storedBytes: number;
  /** By month and kind, to the last message and answer. */
  months: MonthOfUsage[];
}

/** {@link Usage} in its envelope. */
export class UsageAnswer {
  success: true;
  data: Usage;
}

/** What one of many tenants used. */
export class UsageOfTenant {
  tenantId: Uuid;
  name: string;
  slug: string | null;
  plan: string;
  /** By month and kind, to the last message and answer. */
  months: MonthOfUsage[];
}

/** What tenants used, in the order they were made in. */
export class UsageOfTenants {
  tenants: UsageOfTenant[];
  /** What to ask for the next page with, as `after`; missing on the last one. */
  next?: Uuid;
}

/** {@link UsageOfTenants} in its envelope. */
export class UsageOfTenantsAnswer {
  success: true;
  data: UsageOfTenants;
}
