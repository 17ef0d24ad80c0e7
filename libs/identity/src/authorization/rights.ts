import { FleetError, type Scope } from '@app/contracts';
import { SetMetadata } from '@nestjs/common';
import { demandTenantRights, type TenantContext } from '../tenant-context.js';

const RIGHTS = 'rights';

/** Who may call a route or send an event. */
export interface Rights {
  /** `operator`: only who runs the installation. `tenant`: only who acts for the whole tenant. `users`: end users too, and what they reach is narrowed to theirs. */
  readonly who: 'operator' | 'tenant' | 'users';
  /** What a key or token must be good for; any will do when not given. */
  readonly scope?: Scope;
}

/** For those who run the installation. They belong to no tenant, so such a route has an operator and no caller. */
export const ForOperators = (): MethodDecorator & ClassDecorator =>
  SetMetadata<string, Rights>(RIGHTS, { who: 'operator' });

/** For keys of the tenant alone; end users are refused whatever they ask for. */
export const ForTenant = (scope: Scope): MethodDecorator & ClassDecorator =>
  SetMetadata<string, Rights>(RIGHTS, { who: 'tenant', scope });

/** For end users too. Whatever answers them narrows what they see and change to what is theirs. */
export const ForUsers = (scope?: Scope): MethodDecorator & ClassDecorator =>
  SetMetadata<string, Rights>(RIGHTS, { who: 'users', scope });

/** The metadata under which a handler, or else its class, declares its {@link Rights}. */
export const RIGHTS_METADATA = RIGHTS;

/** @throws FleetError FORBIDDEN, naming the scope where one is missing */
export function demandRights(caller: TenantContext, { who, scope }: Rights): void {
  if (who === 'tenant') demandTenantRights(caller);
  if (scope !== undefined && !hasScope(caller, scope)) {
    throw new FleetError('FORBIDDEN', `The scope ${scope} is needed for this`, { scope });
  }
}

function hasScope({ scopes }: TenantContext, scope: Scope): boolean {
  return scopes.includes(scope) || scopes.includes('*');
}
