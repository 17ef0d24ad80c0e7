import { PlanDirectory, type Plan } from '@app/persistence';
import { operatorCommand } from '../operating/operator-command.js';
import { table } from '../operating/table.js';

/** All plans. */
export const plansListCommand = operatorCommand({
  name: 'plans list',
  summary: 'Lists all plans with how many tenants have each',
  async work(_, { database }) {
    const plans = await new PlanDirectory(database).list();
    const lines = table<Plan>(
      [
        ['NAME', ({ name }) => name],
        ['TENANTS', ({ tenants }) => tenants],
        ['LIMITS', ({ limits }) => limits],
        ['QUOTAS', ({ quotas }) => quotas],
        ['CHANGED', ({ updatedAt }) => updatedAt],
      ],
      plans,
    );
    return { data: { plans }, lines };
  },
});
