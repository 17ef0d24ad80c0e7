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
    const [{ name, limits, quotas }, months] = await Promise.all([
      this.plans.planOf(tenantId),
      this.months(tenantId, query),
    ]);
    return { plan: name, limits, quotas, months };
  }

  private async months(tenantId: string, { since, until }: UsageQuery): Promise<MonthOfUsage[]> {
    const now = new Date().toISOString().slice(0, 7);
    const rows = await this.database.inTenant(tenantId, (tenant) =>
      tenant.usage.months(`${since ?? now}-01`, `${until ?? now}-01`),
    );
    return rows.map(({ month, kind, quantity }) => ({ month: month.slice(0, 7), kind, quantity }));
  }
}
