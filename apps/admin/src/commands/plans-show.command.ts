import { PlanDirectory } from '@app/persistence';
import { operatorCommand } from '../operating/operator-command.js';
import { planLines } from '../operating/plan-lines.js';

/** A plan. */
export const plansShowCommand = operatorCommand({
  name: 'plans show',
  summary: 'Shows a plan, as a file that "plans put" takes',
  parameters: [{ name: 'plan', what: 'Its name' }],
  async work({ parameters }, { database }) {
    return planLines(await new PlanDirectory(database).get(parameters['plan']!));
  },
});
