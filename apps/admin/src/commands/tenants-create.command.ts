import { CreateTenantDto } from '@app/contracts';
import { TenantDirectory } from '@app/persistence';
import { checked } from '../operating/checked.js';
import { operatorCommand } from '../operating/operator-command.js';
import { TENANT_OPTIONS, tenantLines, unlessRefused } from '../operating/tenant-terms.js';

/** A new tenant. */
export const tenantsCreateCommand = operatorCommand({
  name: 'tenants create',
  summary: 'Makes a tenant; then give it a key with "keys create"',
  parameters: [{ name: 'name', what: 'What people call it' }],
  options: TENANT_OPTIONS,
  async work({ parameters, options }, desk) {
    const { slug, plan, weight } = options;
    const wanted = { name: parameters['name'], slug, plan, weight: weight === undefined ? undefined : Number(weight) };
    const tenant = checked(CreateTenantDto, wanted);
    const id = await desk.act(
      { action: 'tenant.create' },
      () => unlessRefused(tenant, () => new TenantDirectory(desk.database).create(tenant)),
      (tenantId) => ({ tenantId }),
    );
    return tenantLines(await desk.tenant(id));
  },
});
