import type { Plan } from '@app/persistence';
import type { Told } from './operator-command.js';

/** A plan as a command tells it: the terms as a file that makes the same plan. */
export function planLines(plan: Plan): Told {
  const { limits, quotas, retention } = plan;
  return { data: plan, lines: JSON.stringify({ limits, quotas, retention }, null, 2).split('\n') };
}
