import { CreateApiKeyDto, newId, SCOPES } from '@app/contracts';
import { newApiKey } from '@app/identity';
import { checked } from '../operating/checked.js';
import { operatorCommand, TENANT } from '../operating/operator-command.js';

/** A new key of a tenant. */
export const keysCreateCommand = operatorCommand({
  name: 'keys create',
  summary: 'Makes a key of a tenant; its text is told this once',
  parameters: [TENANT, { name: 'name', what: 'What the key is for' }],
  options: {
    scopes: { type: 'string', value: 'SCOPE,…', what: `What it is good for: ${SCOPES.join(', ')}; * when left out` },
    expires: { type: 'string', value: 'TIME', what: 'When it ends, as ISO 8601; never when left out' },
  },
  async work({ parameters, options }, desk) {
    const { scopes = '*', expires } = options;
    const wanted = { name: parameters['name'], scopes: String(scopes).split(','), expiresAt: expires };
    const { name, scopes: good, expiresAt } = checked(CreateApiKeyDto, wanted);
    const tenant = await desk.tenant(parameters['tenant']);
    const id = newId();
    const { text, hash } = newApiKey(tenant.id, id);
    await desk.act({ action: 'key.create', tenantId: tenant.id, objectId: id }, () =>
      desk.database.inTenant(tenant.id, (scope) =>
        scope.apiKeys.insert({ id, name, scopes: good, secretHash: hash, expiresAt }),
      ),
    );
    return { data: { id, key: text }, lines: [text] };
  },
});
