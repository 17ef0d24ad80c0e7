import type { Uuid } from '@app/contracts';
import type { TenantContext } from './tenant-context.js';

/** Who somebody proved to be, and what that rests on: it holds until a generation rises. */
export interface Identity {
  readonly context: TenantContext;
  readonly tenantGeneration: number;
  /** The tenant's key that was shown, if it was one. */
  readonly key?: { readonly id: Uuid; readonly generation: number };
  /**
   * The same proof held against what is true now.
   *
   * @throws FleetError UNAUTHORIZED, TENANT_SUSPENDED when it does not hold any more
   */
  again(): Promise<Identity>;
}
