import { PlanDirectory } from '@app/persistence';
import { operatorCommand } from '../operating/operator-command.js';

/** The end of a plan. */
export const plansDeleteCommand = operatorCommand({
  name: 'plans delete',
  summary: 'Takes a plan away that no tenant has',
  parameters: [{ name: 'plan', what: 'Its name' }],
  async work({ parameters }, desk) {
    const name = parameters['plan']!;
    await desk.act({ action: 'plan.delete', objectId: name }, () => new PlanDirectory(desk.database).delete(name));
    return { data: { ended: true }, lines: ['Deleted.'] };
  },
});
