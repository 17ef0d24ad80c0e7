import type { Uuid } from '@app/contracts';
import type { Database } from '../database/database.js';
import type { MonthlyUsage } from '../usage/usage.repository.js';

/** The reason that turns of a tenant which is being deleted are cancelled with. */
const REASON = 'The tenant is being deleted';

/** What is left of a tenant that is being deleted. Each step is bounded, and may be done again and by several at once. */
export class TenantRemains {
  constructor(
    private readonly database: Database,
    private readonly tenantId: Uuid,
  ) {}

  /** Closes the tenant for good. False when there is none any more. */
  async close(): Promise<boolean> {
    return this.database.inTenant(this.tenantId, (scope) => scope.tenant.close());
  }

  /** Cancels unfinished turns of a channel that has some. False when there is none. */
  async cancelTurns(): Promise<boolean> {
    return this.database.inTenant(this.tenantId, (scope) => scope.turns.cancelSome(REASON));
  }

  /**
   * Gives all files up to the sweeper, so many at a time: it deletes their objects and then their rows. What is still
   * being uploaded gets a moment: a call to S3 that was begun may end later. Answers how many files are left.
   */
  async giveUpFiles(portion: number): Promise<number> {
    let given = portion;
    while (given === portion)
      given = await this.database.inTenant(this.tenantId, (scope) => scope.media.giveUp(portion));
    return this.database.inTenant(this.tenantId, (scope) => scope.media.count());
  }

  /** All it ever used, by month. */
  async used(): Promise<MonthlyUsage[]> {
    return this.database.inTenant(this.tenantId, (scope) => scope.usage.months('-infinity', 'infinity'));
  }

  /** Deletes up to so many rows, of whatever tables. Answers how many of each; none when nothing is left but files. */
  async erase(portion: number): Promise<Record<string, number>> {
    const rows = await this.database.oneInTenant<{ relation: string; erased: number }>({
      name: 'erase-portion',
      text: `select f.relation, f.erased::float8 as erased
               from fence, lateral erase_portion(fence.tenant_id, $2) as f`,
      values: [this.tenantId, portion],
    });
    const sums: Record<string, number> = {};
    for (const { relation, erased } of rows) sums[relation] = (sums[relation] ?? 0) + erased;
    return sums;
  }

  /** Deletes the tenant itself, once no file is left. Answers whether it is gone. */
  async forget(): Promise<boolean> {
    const [row] = await this.database.oneInTenant<{ gone: boolean }>({
      name: 'forget-tenant',
      text: 'select forget_tenant(fence.tenant_id) as gone from fence',
      values: [this.tenantId],
    });
    return row!.gone;
  }
}
