import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PlanParams, PutPlanDto } from '@app/contracts';
import { PlanDirectory } from '@app/persistence';
import { CommandError } from '../command-error.js';
import { checked } from '../operating/checked.js';
import { operatorCommand } from '../operating/operator-command.js';
import { planLines } from '../operating/plan-lines.js';

/** A plan, from a file with its terms. */
export const plansPutCommand = operatorCommand({
  name: 'plans put',
  summary: 'Makes a plan, or puts these terms in place of all it had; gateways hold to it within seconds',
  parameters: [
    { name: 'plan', what: 'Its name: small letters, digits and dashes' },
    {
      name: 'file',
      what: 'JSON such as {"limits":{"messages":{"user":{"limit":30,"seconds":60}}},"quotas":{"messages":1000},"retention":{"logs":7}}',
    },
  ],
  async work({ parameters }, desk, { env }) {
    const { planName } = checked(PlanParams, { planName: parameters['plan'] });
    const {
      limits = {},
      quotas = {},
      retention = {},
    } = checked(PutPlanDto, termsIn(path.resolve(env['INIT_CWD'] ?? '.', parameters['file']!)));
    const plan = await desk.act({ action: 'plan.put', objectId: planName }, () =>
      new PlanDirectory(desk.database).put(planName, { limits, quotas, retention }),
    );
    await desk.tell();
    return planLines(plan);
  },
});

function termsIn(file: string): object {
  try {
    const terms: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof terms === 'object' && terms !== null && !Array.isArray(terms)) return terms;
  } catch (error) {
    throw new CommandError(`${file} cannot be read as JSON: ${(error as Error).message}`);
  }
  throw new CommandError(`${file} is no JSON object with limits and quotas.`);
}
