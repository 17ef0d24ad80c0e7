import type { Uuid } from '@app/contracts';
import type { Database } from '../database/database.js';
import { TenantDirectory, type ListedTenant } from '../tenants/tenant-directory.js';
import type { MonthlyUsage } from '../usage/usage.repository.js';

/** What one of many tenants used. */
export interface UsageOfTenant {
  tenantId: Uuid;
  name: string;
  slug: string | null;
  plan: string;
  months: MonthlyUsage[];
}

/** From which month to which, by any day of them. */
export interface Months {
  since: string;
  until: string;
}

/** Reads so many tenants at one time. */
const AT_ONCE = 4;

/** What the tenants of an installation used: each is asked inside of its own fence. */
export class UsageDirectory {
  private readonly tenants: TenantDirectory;

  constructor(private readonly database: Database) {
    this.tenants = new TenantDirectory(database);
  }

  /** A page of tenants in the order of their ids. `next` leads to the one after it, and is missing on the last. */
  async page(
    { since, until }: Months,
    { after, limit }: { after?: Uuid; limit: number },
  ): Promise<{ tenants: UsageOfTenant[]; next?: Uuid }> {
    const listed = await this.tenants.list({ after, limit });
    const found = new Map<Uuid, UsageOfTenant>();
    const open = [...listed];
    const reader = async (): Promise<void> => {
      for (let tenant = open.pop(); tenant; tenant = open.pop()) {
        const usage = await this.usageOf(tenant, { since, until });
        if (usage) found.set(tenant.id, usage);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, reader));
    const tenants = listed.flatMap(({ id }) => found.get(id) ?? []);
    const next = listed.length === limit ? listed.at(-1)?.id : undefined;
    return { tenants, ...(next === undefined ? {} : { next }) };
  }

  /** Undefined when the tenant has just gone. */
  private async usageOf({ id, slug, plan }: ListedTenant, months: Months): Promise<UsageOfTenant | undefined> {
    return this.database.inTenant(id, async (scope) => {
      const tenant = await scope.tenant.find();
      if (!tenant) return undefined;
      return {
        tenantId: id,
        name: tenant.name,
        slug,
        plan,
        months: await scope.usage.months(months.since, months.until),
      };
    });
  }
}
