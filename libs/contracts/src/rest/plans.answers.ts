import type { PlanLimits, PlanQuotas, PlanRetention } from '../plans.js';

/** A plan. */
export class PlanView {
  name: string;
  /** How fast; what is left out is as usual. */
  limits: PlanLimits;
  /** How much in a month; of what is left out there is no end. */
  quotas: PlanQuotas;
  /** For how many days what is kept; what is left out is as usual. */
  retention: PlanRetention;
  updatedAt: Date;
  /** How many tenants have it. */
  tenants: number;
}

/** All plans. */
export class PlanList {
  plans: PlanView[];
}

/** What a tenant is held to. */
export class TenantLimits {
  plan: string;
  /** Whole: the plan's own limits, and the usual ones where it has none. */
  limits: PlanLimits;
  /** How much there is of each kind in a month; of what is not named there is no end. */
  quotas: PlanQuotas;
  /** For how many days what is kept. What is not named stays for as long as the tenant. */
  retention: PlanRetention;
}
