import { FleetError, type Uuid } from '@app/contracts';

/** Who is calling. Made in this folder only, out of what the caller proved. */
export interface TenantContext {
  readonly tenantId: Uuid;
  /** `open`: nobody has to prove anything. `key`: the caller holds a key of the tenant. */
  readonly principal: 'open' | 'key';
  /** The entity the caller says it is, where it says so. */
  readonly entityId?: Uuid;
}

/** Whether the caller acts for the whole tenant, and so for any of its entities. */
export function actsForTenant(context: TenantContext): boolean {
  return context.principal === 'open' || context.principal === 'key';
}

/** @throws FleetError FORBIDDEN to callers who act for less than the whole tenant */
export function demandTenantRights(context: TenantContext): void {
  if (!actsForTenant(context)) throw new FleetError('FORBIDDEN', 'Only who acts for the whole tenant may do this');
}
