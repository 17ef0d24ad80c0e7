import { FleetError } from '@app/contracts';
import type { TenantStatus } from '@app/persistence';

/** @throws FleetError TENANT_SUSPENDED, for a tenant that is being deleted too */
export function demandServed(status: TenantStatus): void {
  if (status !== 'active') throw new FleetError('TENANT_SUSPENDED', 'This tenant is suspended');
}
