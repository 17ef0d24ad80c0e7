import { DEFAULT_TENANT_ID, isUuid } from '@app/contracts';
import { TenantDirectory, type Database, type Tenant } from '@app/persistence';
import { CommandError } from './command-error.js';

/**
 * The tenant that an operator names: by its id, by its slug, or as `default`, the one of an installation that has only
 * one.
 *
 * @throws CommandError
 */
export async function namedTenant(database: Database, name: string): Promise<Tenant> {
  const id = isUuid(name) ? name.toLowerCase() : await new TenantDirectory(database).findBySlug(name);
  const wanted = id ?? (name === 'default' ? DEFAULT_TENANT_ID : undefined);
  const tenant = wanted && (await database.inTenant(wanted, (scope) => scope.tenant.find()));
  if (!tenant) throw new CommandError(`There is no tenant "${name}".`);
  return tenant;
}
