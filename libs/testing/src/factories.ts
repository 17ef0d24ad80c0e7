import { DEFAULT_MESSAGE_SERVER_ID, newId, type Scope, type Uuid } from '@app/contracts';
import { newApiKey } from '@app/identity';
import { TenantDirectory, type Database, type NewMessage } from '@app/persistence';

/** A tenant with its default message server, found by these names. Answers its id. */
export async function aTenant(
  database: Database,
  { slug, hosts = [] }: { slug?: string; hosts?: string[] } = {},
): Promise<Uuid> {
  const id = await new TenantDirectory(database).create({ name: 'Test', slug });
  if (hosts.length > 0) await database.inTenant(id, (scope) => scope.tenant.setHosts(hosts));
  return id;
}

/** A key of a tenant. Answers its id, and its text as a caller presents it. */
export async function aKey(
  database: Database,
  tenantId: Uuid,
  scopes: Scope[] = ['*'],
): Promise<{ id: Uuid; key: string }> {
  const id = newId();
  const { text, hash } = newApiKey(tenantId, id);
  await database.inTenant(tenantId, (scope) => scope.apiKeys.insert({ id, name: 'Test', scopes, secretHash: hash }));
  return { id, key: text };
}

/** An enabled agent of that name. Answers its id. */
export async function makeAgent(database: Database, tenantId: Uuid, name: string): Promise<Uuid> {
  const id = newId();
  await database.inTenant(tenantId, async (scope) => {
    await scope.agents.insert({ id, name, character: { name }, engine: 'native' });
    await scope.agents.setEnabled(id, true);
  });
  return id;
}

/** A channel of that type on the tenant's default server, with these participants. Answers its id. */
export async function makeChannel(
  database: Database,
  tenantId: Uuid,
  { type = 'DM', participants = [] }: { type?: string; participants?: Uuid[] } = {},
): Promise<Uuid> {
  const id = newId();
  await database.inTenant(tenantId, async (scope) => {
    await scope.channels.insert({
      id,
      messageServerId: DEFAULT_MESSAGE_SERVER_ID,
      name: 'Channel',
      type,
      metadata: {},
    });
    await scope.participants.add(id, participants);
  });
  return id;
}

/** A message of somebody, ready to be accepted. */
export function someMessage(channelId: Uuid, more: Partial<NewMessage> = {}): NewMessage {
  return { id: newId(), channelId, authorId: newId(), content: 'Hello', metadata: {}, targets: [], ...more };
}
