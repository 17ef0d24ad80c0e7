import type { ApiKey } from '@app/persistence';
import { operatorCommand, TENANT } from '../operating/operator-command.js';
import { table } from '../operating/table.js';

/** A tenant's keys. Of their secrets nothing is told. */
export const keysListCommand = operatorCommand({
  name: 'keys list',
  summary: "Lists a tenant's keys, also those that are over",
  parameters: [TENANT],
  async work({ parameters }, desk) {
    const { id } = await desk.tenant(parameters['tenant']);
    const keys = await desk.database.inTenant(id, (scope) => scope.apiKeys.list());
    const lines = table<ApiKey>(
      [
        ['ID', (key) => key.id],
        ['NAME', (key) => key.name],
        ['SCOPES', (key) => key.scopes.join(',')],
        ['MADE', (key) => key.createdAt],
        ['USED', (key) => key.lastUsedAt],
        ['ENDS', (key) => key.revokedAt ?? key.expiresAt],
        ['STATE', (key) => (key.revokedAt ? 'revoked' : isOver(key) ? 'expired' : 'good')],
      ],
      keys,
    );
    return { data: { keys }, lines };
  },
});

function isOver({ expiresAt }: ApiKey): boolean {
  return expiresAt !== null && expiresAt.getTime() <= Date.now();
}
