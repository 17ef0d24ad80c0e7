import type { PlanLimits, PlanQuotas, Uuid } from '@app/contracts';
import type { Database } from '../database/database.js';

/** A tenant's plan. */
export interface TenantPlan {
  name: string;
  limits: PlanLimits;
  quotas: PlanQuotas;
}

/** A plan is looked up again after so long, in milliseconds: a change takes effect within it. */
const KEPT_MS = 5_000;

/** So many plans are remembered at one time. */
const MOST_KEPT = 10_000;

/** Which plan a tenant has. Remembered for some seconds, as every request asks. */
export class PlanBook {
  private readonly kept = new Map<Uuid, { plan: Promise<TenantPlan>; until: number }>();

  constructor(private readonly database: Database) {}

  /** The plan of a tenant; one without bounds of its own when there is no such tenant. */
  async planOf(tenantId: Uuid): Promise<TenantPlan> {
    const now = performance.now();
    const known = this.kept.get(tenantId);
    if (known && known.until > now) return known.plan;
    const plan = this.read(tenantId);
    // A failure is not remembered, and who has an older plan goes on with that.
    const kept = plan.catch((error: unknown) => {
      this.kept.delete(tenantId);
      if (known) return known.plan;
      throw error;
    });
    kept.catch(() => undefined);
    this.keep(tenantId, { plan: kept, until: now + KEPT_MS });
    return kept;
  }

  /** Looks the plan of this tenant, or of every tenant, up again when it is next asked for. */
  forget(tenantId?: Uuid): void {
    if (tenantId === undefined) this.kept.clear();
    else this.kept.delete(tenantId);
  }

  private keep(tenantId: Uuid, entry: { plan: Promise<TenantPlan>; until: number }): void {
    this.kept.delete(tenantId);
    this.kept.set(tenantId, entry);
    const oldest = this.kept.keys().next();
    if (this.kept.size > MOST_KEPT && !oldest.done) this.kept.delete(oldest.value);
  }

  private async read(tenantId: Uuid): Promise<TenantPlan> {
    const [row] = await this.database.oneInTenant<TenantPlan & Record<string, unknown>>({
      name: 'plan-of',
      text: 'select f.name, f.limits, f.quotas from fence, lateral plan_of(fence.tenant_id) as f',
      values: [tenantId],
    });
    return row ?? { name: 'none', limits: {}, quotas: {} };
  }
}
