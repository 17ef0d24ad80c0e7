import { DEFAULT_MESSAGE_SERVER_ID, newId, type Uuid } from '@app/contracts';
import type { Database, NewMessage } from '@app/persistence';

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
