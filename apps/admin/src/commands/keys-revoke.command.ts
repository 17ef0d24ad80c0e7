import { FleetError } from '@app/contracts';
import { idOf } from '../operating/ids.js';
import { operatorCommand, TENANT } from '../operating/operator-command.js';

/** The end of a key. */
export const keysRevokeCommand = operatorCommand({
  name: 'keys revoke',
  summary: 'Ends a key for good; whoever uses it is refused within seconds',
  parameters: [TENANT, { name: 'key', what: 'Id of the key, as "keys list" tells it' }],
  async work({ parameters }, desk) {
    const id = idOf(parameters, 'key');
    const tenant = await desk.tenant(parameters['tenant']);
    await desk.act({ action: 'key.revoke', tenantId: tenant.id, objectId: id }, async () => {
      const key = await desk.database.inTenant(tenant.id, (scope) => scope.apiKeys.revoke(id));
      if (!key) throw new FleetError('API_KEY_NOT_FOUND', 'This tenant has no such key');
    });
    await desk.tell(tenant.id);
    return { data: { ended: true }, lines: ['Revoked.'] };
  },
});
