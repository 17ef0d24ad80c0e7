import { FleetError, type Uuid } from '@app/contracts';
import { Database } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { Identity } from '../identity.js';
import { INSTALLATION_KEY } from '../tenant-context.js';
import { demandServed } from './served.js';

/** Lets in who belongs to a tenant without a proof that is the tenant's own, as long as the tenant is served. */
@Injectable()
export class TenantStanding {
  constructor(@Inject(Database) private readonly database: Database) {}

  /**
   * Somebody who acts for the whole tenant.
   *
   * @throws FleetError UNAUTHORIZED when there is no such tenant, TENANT_SUSPENDED
   */
  async identify(tenantId: Uuid, principal: 'open' | 'key'): Promise<Identity> {
    const tenant = await this.database.inTenant(tenantId, (scope) => scope.tenant.find());
    if (!tenant) throw new FleetError('UNAUTHORIZED', 'There is no such tenant');
    demandServed(tenant.status);
    const principalId = principal === 'open' ? 'open' : INSTALLATION_KEY;
    return {
      context: { tenantId, principal, principalId, scopes: ['*'] },
      tenantGeneration: tenant.generation,
      again: () => this.identify(tenantId, principal),
    };
  }
}
