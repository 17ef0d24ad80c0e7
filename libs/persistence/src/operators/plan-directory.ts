import { FleetError, type PlanLimits, type PlanQuotas, type PlanRetention } from '@app/contracts';
import type { Database } from '../database/database.js';
import { isReferred } from '../database/retry.js';

/** What a plan gives. */
export interface PlanTerms {
  limits: PlanLimits;
  quotas: PlanQuotas;
  retention: PlanRetention;
}

/** A plan as it is kept. */
export interface Plan extends PlanTerms {
  name: string;
  updatedAt: Date;
  /** How many tenants have it. */
  tenants: number;
}

/** The plan of tenants that were given none. */
const EVERYBODYS = 'default';

const PLANS = `select p.name, p.limits, p.quotas, p.retention, p.updated_at as "updatedAt",
    (select count(*)::int from tenants t where t.plan = p.name) as tenants
  from plans p`;

/** The plans of an installation, for those who run it. */
export class PlanDirectory {
  constructor(private readonly database: Database) {}

  /** All plans by name. */
  async list(): Promise<Plan[]> {
    return this.database.acrossTenants<Plan & Record<string, unknown>>(`${PLANS} order by p.name`);
  }

  /** @throws FleetError PLAN_NOT_FOUND */
  async get(name: string): Promise<Plan> {
    const [plan] = await this.database.acrossTenants<Plan & Record<string, unknown>>(`${PLANS} where p.name = $1`, [
      name,
    ]);
    if (!plan) throw noSuchPlan(name);
    return plan;
  }

  /** Makes a plan, or puts these terms in place of all that it had. */
  async put(name: string, { limits, quotas, retention }: PlanTerms): Promise<Plan> {
    await this.database.acrossTenants(
      `insert into plans (name, limits, quotas, retention) values ($1, $2, $3, $4)
       on conflict (name) do update set limits = excluded.limits, quotas = excluded.quotas, retention = excluded.retention,
         updated_at = clock_timestamp()`,
      [name, JSON.stringify(limits), JSON.stringify(quotas), JSON.stringify(retention)],
    );
    return this.get(name);
  }

  /** @throws FleetError PLAN_NOT_FOUND, PLAN_IN_USE while a tenant has it, and always for the one that new tenants get */
  async delete(name: string): Promise<void> {
    if (name === EVERYBODYS) throw new FleetError('PLAN_IN_USE', 'New tenants get this plan; change it instead');
    const gone = await this.unlessInUse(name);
    if (gone.length > 0) return;
    const { tenants } = await this.get(name);
    throw new FleetError('PLAN_IN_USE', 'Tenants have this plan; give them another one first', { tenants });
  }

  /** A tenant may get the plan at this very moment: then the foreign key keeps it. */
  private async unlessInUse(name: string): Promise<unknown[]> {
    try {
      return await this.database.acrossTenants(
        'delete from plans p where p.name = $1 and not exists (select from tenants t where t.plan = p.name) returning 1',
        [name],
      );
    } catch (error) {
      if (isReferred(error)) return [];
      throw error;
    }
  }
}

/** The refusal of a plan that there is not. */
export function noSuchPlan(name: string): FleetError {
  return new FleetError('PLAN_NOT_FOUND', `There is no plan "${name}"`);
}
