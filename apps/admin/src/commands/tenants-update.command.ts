import { UpdateTenantDto } from '@app/contracts';
import { checked } from '../operating/checked.js';
import { operatorCommand, TENANT } from '../operating/operator-command.js';
import { TENANT_OPTIONS, tenantLines, unlessRefused } from '../operating/tenant-terms.js';
import { UsageError } from '../usage-error.js';

/** A change of a tenant. */
export const tenantsUpdateCommand = operatorCommand({
  name: 'tenants update',
  summary: "Changes a tenant's names, plan or share; every gateway holds to it within seconds",
  parameters: [TENANT],
  options: {
    name: { type: 'string', value: 'NAME', what: 'What people call it' },
    ...TENANT_OPTIONS,
    hosts: { type: 'string', value: 'HOST,…', what: 'All its own host names; none when empty' },
  },
  async work({ parameters, options }, desk) {
    const { name, slug, plan, weight, hosts } = options;
    const wanted = { name, slug, plan, weight: weight === undefined ? undefined : Number(weight) };
    const list = typeof hosts === 'string' ? hosts.split(',').filter((host) => host !== '') : undefined;
    const { hosts: hostNames, ...change } = checked(UpdateTenantDto, { ...wanted, hosts: list });
    if (Object.values({ ...change, hostNames }).every((value) => value === undefined))
      throw new UsageError('Nothing to change was named');
    const { id } = await desk.tenant(parameters['tenant']);
    const action = change.plan === undefined ? 'tenant.update' : 'tenant.plan';
    await desk.act({ action, tenantId: id }, () =>
      unlessRefused(change, () =>
        desk.database.inTenant(id, async (scope) => {
          await scope.tenant.update(change.slug === '' ? { ...change, slug: null } : change);
          if (hostNames) await scope.tenant.setHosts(hostNames);
        }),
      ),
    );
    await desk.tell(id);
    return tenantLines(await desk.tenant(id));
  },
});
