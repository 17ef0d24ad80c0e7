import { UsageQuery } from '@app/contracts';
import { UsageDirectory, type UsageOfTenant } from '@app/persistence';
import { checked } from '../operating/checked.js';
import { operatorCommand } from '../operating/operator-command.js';
import { table } from '../operating/table.js';

const PAGE = 200;

/** What tenants used. */
export const usageCommand = operatorCommand({
  name: 'usage',
  summary: 'Tells what all tenants, or one, used by month and kind, to the last message',
  options: {
    tenant: { type: 'string', value: 'TENANT', what: 'Only this one: its id or slug, or "default"' },
    since: { type: 'string', value: 'MONTH', what: 'The first month, such as 2026-01; this one when left out' },
    until: { type: 'string', value: 'MONTH', what: 'The last month; this one when left out' },
  },
  async work({ options }, desk) {
    const now = new Date().toISOString().slice(0, 7);
    const { since = now, until = now } = checked(UsageQuery, { since: options['since'], until: options['until'] });
    const months = { since: `${since}-01`, until: `${until}-01` };
    const tenants: UsageOfTenant[] = [];
    if (options['tenant'] === undefined) {
      const directory = new UsageDirectory(desk.database);
      for (let after: string | undefined, more = true; more;) {
        const page = await directory.page(months, { after, limit: PAGE });
        tenants.push(...page.tenants);
        after = page.next;
        more = after !== undefined;
      }
    } else {
      const { id, name, slug, plan } = await desk.tenant(options['tenant']);
      const used = await desk.database.inTenant(id, (scope) => scope.usage.months(months.since, months.until));
      tenants.push({ tenantId: id, name, slug, plan, months: used });
    }
    const told = tenants.map((tenant) => ({
      ...tenant,
      months: tenant.months.map((row) => ({ ...row, month: row.month.slice(0, 7) })),
    }));
    const rows = told.flatMap(({ months: used, ...tenant }) => used.map((month) => ({ ...tenant, ...month })));
    const lines = table<(typeof rows)[number]>(
      [
        ['TENANT', (row) => row.tenantId],
        ['NAME', (row) => row.name],
        ['PLAN', (row) => row.plan],
        ['MONTH', (row) => row.month],
        ['KIND', (row) => row.kind],
        ['QUANTITY', (row) => row.quantity],
      ],
      rows,
      'Nothing was used.',
    );
    return { data: { tenants: told }, lines };
  },
});
