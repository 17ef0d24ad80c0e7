import { operatorCommand, TENANT } from '../operating/operator-command.js';
import { setStatus } from '../operating/tenant-status.js';

/** Serves a suspended tenant again. */
export const tenantsResumeCommand = operatorCommand({
  name: 'tenants resume',
  summary: 'Serves a suspended tenant again',
  parameters: [TENANT],
  work: ({ parameters }, desk) => setStatus(desk, parameters['tenant']!, 'active'),
});
