import { effectiveLimits } from '@app/contracts';
import { PlanDirectory, QueueDirectory } from '@app/persistence';
import { operatorCommand, TENANT } from '../operating/operator-command.js';
import { duration, facts } from '../operating/table.js';

/** A tenant with what it is held to, what it used this month and how its turns stand. */
export const tenantsShowCommand = operatorCommand({
  name: 'tenants show',
  summary: 'Shows a tenant: what it is held to, what it used this month, how its turns stand',
  parameters: [TENANT],
  async work({ parameters }, desk) {
    const { generation: _, ...tenant } = await desk.tenant(parameters['tenant']);
    const { limits, quotas } = await new PlanDirectory(desk.database).get(tenant.plan);
    const month = new Date().toISOString().slice(0, 8) + '01';
    const used = await desk.database.inTenant(tenant.id, (scope) => scope.usage.months(month, month));
    const queue = await new QueueDirectory(desk.database).ofTenant(tenant.id);
    const usage = Object.fromEntries(used.map(({ kind, quantity }) => [kind, quantity]));
    const kinds = [...new Set([...Object.keys(usage), ...Object.keys(quotas)])];
    const lines = facts([
      ['Id', tenant.id],
      ['Name', tenant.name],
      ['Slug', tenant.slug],
      ['Hosts', tenant.hosts.join(', ')],
      ['Status', tenant.status],
      ['Made', tenant.createdAt],
      ['Plan', tenant.plan],
      ['Weight', tenant.weight],
      ...kinds.map((kind): [string, string] => {
        const most = (quotas as Record<string, number | undefined>)[kind];
        return [`Used: ${kind}`, `${usage[kind] ?? 0}${most === undefined ? '' : ` of ${most}`}`];
      }),
      ['Waiting', `${queue.waiting}${queue.waiting > 0 ? `, for ${duration(queue.oldestWaitingMs)}` : ''}`],
      ['Running', queue.released + queue.running],
      ['Dead', queue.failed],
    ]);
    return { data: { ...tenant, limits: effectiveLimits(limits), quotas, usage, queue }, lines };
  },
});
