import { TenantDirectory, type ListedTenant } from '@app/persistence';
import { operatorCommand } from '../operating/operator-command.js';
import { table } from '../operating/table.js';

const PAGE = 500;

/** All tenants. */
export const tenantsListCommand = operatorCommand({
  name: 'tenants list',
  summary: 'Lists all tenants, in the order they were made in',
  async work(_, { database }) {
    const directory = new TenantDirectory(database);
    const tenants: (ListedTenant & { name: string })[] = [];
    for (let page = await directory.list({ limit: PAGE }); page.length > 0;) {
      for (const tenant of page) {
        const found = await database.inTenant(tenant.id, (scope) => scope.tenant.find());
        if (found) tenants.push({ ...tenant, name: found.name });
      }
      page = page.length < PAGE ? [] : await directory.list({ after: page.at(-1)!.id, limit: PAGE });
    }
    const lines = table(
      [
        ['ID', ({ id }) => id],
        ['SLUG', ({ slug }) => slug],
        ['NAME', ({ name }) => name],
        ['STATUS', ({ status }) => status],
        ['PLAN', ({ plan }) => plan],
        ['WEIGHT', ({ weight }) => weight],
      ],
      tenants,
    );
    return { data: { tenants }, lines };
  },
});
