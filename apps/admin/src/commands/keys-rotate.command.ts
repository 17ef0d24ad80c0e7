import { FleetError, RotateApiKeyDto } from '@app/contracts';
import { newApiKey } from '@app/identity';
import { checked } from '../operating/checked.js';
import { idOf } from '../operating/ids.js';
import { operatorCommand, TENANT } from '../operating/operator-command.js';

const HOUR_MS = 3_600_000;

/** Another secret for a key. */
export const keysRotateCommand = operatorCommand({
  name: 'keys rotate',
  summary: 'Gives a key another secret; the one it has is good for a while',
  parameters: [TENANT, { name: 'key', what: 'Id of the key, as "keys list" tells it' }],
  options: {
    overlap: { type: 'string', value: 'HOURS', what: 'How long the secret it has is still good; 24 when left out' },
  },
  async work({ parameters, options }, desk) {
    const id = idOf(parameters, 'key');
    const { overlapMs } = checked(RotateApiKeyDto, { overlapMs: Number(options['overlap'] ?? 24) * HOUR_MS });
    const tenant = await desk.tenant(parameters['tenant']);
    const { text, hash } = newApiKey(tenant.id, id);
    await desk.act({ action: 'key.rotate', tenantId: tenant.id, objectId: id }, async () => {
      const key = await desk.database.inTenant(tenant.id, (scope) => scope.apiKeys.rotate(id, hash, overlapMs!));
      if (!key) throw new FleetError('API_KEY_NOT_FOUND', 'This tenant has no such key, or it was revoked');
    });
    await desk.tell(tenant.id);
    return { data: { id, key: text }, lines: [text] };
  },
});
