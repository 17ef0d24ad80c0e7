import type { MonthOfUsage, Usage, UsageQuery } from '@app/contracts';
import type { TenantContext } from '@app/identity';
import { Database, PlanBook } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';

/** What tenants use, out of their ledgers. */
@Injectable()
export class UsageService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(PlanBook) private readonly plans: PlanBook,
  ) {}

  /** What a tenant used in these months, and what it may. */
  async of({ tenantId }: Pick<TenantContext, 'tenantId'>, query: UsageQuery): Promise<Usage> {
    const [{ name, limits, quotas }, months, storedBytes] = await Promise.all([
      this.plans.planOf(tenantId),
      this.months(tenantId, query),
      this.database.inTenant(tenantId, (tenant) => tenant.usage.storedBytes()),
    ]);
    return { plan: name, limits, quotas, storedBytes, months };
  }

  private async months(tenantId: string, query: UsageQuery): Promise<MonthOfUsage[]> {
    const { since, until } = monthsOf(query);
    const rows = await this.database.inTenant(tenantId, (tenant) => tenant.usage.months(since, until));
    return rows.map(({ month, kind, quantity }) => ({ month: month.slice(0, 7), kind, quantity }));
  }
}

/** The months that a query asks for, by their first days; this one where it names none. */
export function monthsOf({ since, until }: UsageQuery): { since: string; until: string } {
  const now = new Date().toISOString().slice(0, 7);
  return { since: `${since ?? now}-01`, until: `${until ?? now}-01` };
}
