import { FleetError, type Scope, type Uuid } from '@app/contracts';

/** Who is calling. Made in this library only, out of what the caller proved. */
export interface TenantContext {
  readonly tenantId: Uuid;
  /**
   * `open`: nobody has to prove anything. `key`: the caller holds a key of the tenant. `user`: an end user, bound to
   * the entity that its token names.
   */
  readonly principal: 'open' | 'key' | 'user';
  /** The same for all calls of the same principal, within its tenant: what limits, repeated calls and audits go by. */
  readonly principalId: string;
  /** The entity of an end user; otherwise the entity the caller says it is, where it says so. */
  readonly entityId?: Uuid;
  /** What the caller may do. */
  readonly scopes: readonly Scope[];
  /** When the caller has to prove anew who it is, in epoch milliseconds. */
  readonly expiresAt?: number;
}

/** The principal of whoever has the one key of an installation, as all people do there. */
export const INSTALLATION_KEY = 'key:installation';

/** Whether the caller acts for the whole tenant, and so for any of its entities. */
export function actsForTenant(context: TenantContext): boolean {
  return context.principal !== 'user';
}

/** @throws FleetError FORBIDDEN to callers who act for less than the whole tenant */
export function demandTenantRights(context: TenantContext): void {
  if (!actsForTenant(context)) throw new FleetError('FORBIDDEN', 'Only who acts for the whole tenant may do this');
}
