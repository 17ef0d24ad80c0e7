import { FleetError } from '@app/contracts';
import { isDuplicate, isReferred, noSuchPlan, type Tenant } from '@app/persistence';
import type { Option } from '../command.js';
import type { Told } from './operator-command.js';
import { facts } from './table.js';

/** What may be said of a tenant when it is made and later. */
export const TENANT_OPTIONS = {
  slug: { type: 'string', value: 'SLUG', what: 'Its name in host names under TENANT_DOMAIN' },
  plan: { type: 'string', value: 'PLAN', what: 'The plan it is held to' },
  weight: { type: 'string', value: 'N', what: 'How large its share of the workers is: 1 to 1000' },
} satisfies Record<string, Option>;

/** A tenant as a command tells it. */
export function tenantLines({ generation: _, ...tenant }: Tenant): Told {
  const lines = facts([
    ['Id', tenant.id],
    ['Name', tenant.name],
    ['Slug', tenant.slug],
    ['Hosts', tenant.hosts.join(', ')],
    ['Status', tenant.status],
    ['Plan', tenant.plan],
    ['Weight', tenant.weight],
  ]);
  return { data: tenant, lines };
}

/** @throws FleetError CONFLICT when another tenant has the slug or a host name, PLAN_NOT_FOUND */
export async function unlessRefused<T>({ plan }: { plan?: string }, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (plan !== undefined && isReferred(error)) throw noSuchPlan(plan);
    throw isDuplicate(error) ? new FleetError('CONFLICT', 'Another tenant has this slug or host name') : error;
  }
}
