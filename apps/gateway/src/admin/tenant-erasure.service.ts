import { DEFAULT_TENANT_ID, FleetError, type Uuid } from '@app/contracts';
import type { OperatorContext } from '@app/identity';
import { Database, TenantErasures, type TenantErasure } from '@app/persistence';
import { IdentityNews } from '@app/transport';
import { Inject, Injectable } from '@nestjs/common';

/** Lets operators have tenants erased. The work is a worker's. */
@Injectable()
export class TenantErasureService {
  private readonly erasures: TenantErasures;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(IdentityNews) private readonly news: IdentityNews,
  ) {
    this.erasures = new TenantErasures(database);
  }

  /**
   * Closes a tenant for good, and has all of it erased. Asked again it answers the erasure that is under way.
   *
   * @throws FleetError TENANT_NOT_FOUND, CONFLICT for the default tenant
   */
  async request(operator: OperatorContext, tenantId: Uuid): Promise<TenantErasure> {
    if (tenantId === DEFAULT_TENANT_ID) {
      throw new FleetError('CONFLICT', 'The default tenant belongs to the installation; suspend it instead');
    }
    if (!(await this.database.inTenant(tenantId, (scope) => scope.tenant.find()))) {
      throw new FleetError('TENANT_NOT_FOUND', 'Tenant not found');
    }
    // The job comes first: whatever ends this process from here on, a worker closes the tenant and goes on.
    const erasure = await this.erasures.request(tenantId, operator.principalId);
    await this.database.inTenant(tenantId, (scope) => scope.tenant.close());
    await this.news.tell(tenantId);
    return erasure;
  }

  /** @throws FleetError NOT_FOUND */
  async get(id: Uuid): Promise<TenantErasure> {
    const erasure = await this.erasures.find(id);
    if (!erasure) throw new FleetError('NOT_FOUND', 'Erasure not found');
    return erasure;
  }

  list(limit: number): Promise<TenantErasure[]> {
    return this.erasures.list(limit);
  }
}
