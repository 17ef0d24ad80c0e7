import { FleetError, type Uuid } from '@app/contracts';
import { actsForTenant, type TenantContext } from '../tenant-context.js';

/**
 * The entity a caller is bound to: what is not this entity's does not exist for it. Undefined for callers who act for
 * the tenant, and so for any of its entities.
 */
export function boundEntity(caller: TenantContext): Uuid | undefined {
  if (actsForTenant(caller)) return undefined;
  if (caller.entityId === undefined) throw new Error('An end user without an entity');
  return caller.entityId.toLowerCase();
}

/**
 * Makes sure that a caller speaks and acts as itself. Nobody is claimed where nothing is given.
 *
 * @throws FleetError ENTITY_MISMATCH
 */
export function demandOwnEntity(caller: TenantContext, claimed: Uuid | undefined): void {
  const own = boundEntity(caller);
  if (own === undefined || claimed === undefined || claimed.toLowerCase() === own) return;
  throw new FleetError('ENTITY_MISMATCH', 'This is another entity than the one you are');
}
