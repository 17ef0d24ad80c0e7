import { operatorCommand, TENANT } from '../operating/operator-command.js';
import { setStatus } from '../operating/tenant-status.js';

/** Closes a tenant until it is resumed. Nothing of it is lost. */
export const tenantsSuspendCommand = operatorCommand({
  name: 'tenants suspend',
  summary: 'Closes a tenant: requests get 403 TENANT_SUSPENDED, sockets end within seconds; nothing is lost',
  parameters: [TENANT],
  work: ({ parameters }, desk) => setStatus(desk, parameters['tenant']!, 'suspended'),
});
