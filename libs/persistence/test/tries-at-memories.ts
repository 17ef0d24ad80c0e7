import { DEFAULT_MESSAGE_SERVER_ID, newId, type Uuid } from '@app/contracts';
import type { Memory, Room, TenantScope, World } from '@app/persistence';
import type { TestDatabase } from '@app/testing';
import type { Ids } from './tries-in-scope.js';

/** A fact, a room and a world of that id. */
const fact = (id: Uuid): Memory => ({
  ...{ id, type: 'facts', content: { text: 'Hello' }, metadata: {}, isUnique: false, createdAt: new Date() },
  ...{ roomId: null, worldId: id, entityId: null },
});
const room = (agentId: Uuid, id: Uuid): Omit<Room, 'createdAt'> => ({
  ...{ agentId, id, name: 'Room of Ada', source: 'x', type: 'DM', worldId: id, messageServerId: null, metadata: {} },
});
const world = (agentId: Uuid, id: Uuid): Omit<World, 'createdAt'> => ({
  ...{ agentId, id, name: 'World of Ada', messageServerId: null, metadata: {} },
});

/** What a tenant can try with what another one's agents remember and did. */
export const REMEMBERING: Record<string, (scope: TenantScope, ids: Ids) => Promise<unknown>> = {
  'agentLogs.page': (scope, { agent }) => scope.agentLogs.page(agent, { limit: 10, offset: 0 }),
  'agentLogs.ofRun': (scope, { agent, turn }) => scope.agentLogs.ofRun(agent, turn, 10),
  'agentLogs.counts': async (scope, { agent, turn }) => [...(await scope.agentLogs.counts(agent, [turn])).values()],
  'agentLogs.forgetTexts': (scope) => scope.agentLogs.forgetTexts(new Date(), 10),
  'agentLogs.delete': (scope, { agent, memory }) => scope.agentLogs.delete(agent, memory),
  'memories.page': (scope, { agent }) => scope.memories.page(agent, { type: 'facts', limit: 10 }),
  'memories.insert': (scope, { agent, memory }) => scope.memories.insert(agent, fact(memory)),
  'memories.update': (scope, { agent, memory }) => scope.memories.update(agent, memory, { content: { text: 'b' } }),
  'memories.delete': (scope, { agent, memory }) => scope.memories.delete(agent, memory),
  'memories.deleteAll': (scope, { agent }) => scope.memories.deleteAll(agent),
  'memories.deleteOfWorlds': (scope, { memory }) => scope.memories.deleteOfWorlds([memory]),
  'recollections.page': (scope, { agent, channel }) =>
    scope.recollections.page(agent, { limit: 10, channelId: channel }),
  'recollections.find': (scope, { agent, message }) => scope.recollections.find(agent, message),
  'recollections.change': (scope, { agent, message }) =>
    scope.recollections.change(agent, message, { content: { text: 'b' } }),
  'recollections.forget': (scope, { agent, message }) => scope.recollections.forget(agent, message),
  'recollections.forgetAll': (scope, { agent, channel }) => scope.recollections.forgetAll(agent, channel),
  'recollections.forgetServer': (scope, { agent, server }) => scope.recollections.forgetServer(server, agent),
  'recollections.count': (scope, { agent }) => scope.recollections.count(agent, 10),
  'rooms.list': (scope, { agent }) => scope.rooms.list(agent, 10),
  'rooms.find': (scope, { agent, memory }) => scope.rooms.find(agent, memory),
  'rooms.insert': (scope, { agent, memory }) => scope.rooms.insert(room(agent, memory)),
  'rooms.channels': (scope, { agent }) => scope.rooms.channels(agent, 10),
  'rooms.channel': (scope, { agent, channel }) => scope.rooms.channel(agent, channel),
  'rooms.channelIds': (scope, { agent }) => scope.rooms.channelIds(agent, DEFAULT_MESSAGE_SERVER_ID, 10),
  'rooms.deleteOfWorlds': (scope, { memory }) => scope.rooms.deleteOfWorlds([memory]),
  'runs.page': (scope, { agent }) => scope.runs.page(agent, {}, 10),
  'runs.count': (scope, { agent }) => scope.runs.count(agent, {}, 10),
  'runs.find': (scope, { agent, turn }) => scope.runs.find(agent, turn),
  'worlds.list': (scope) => scope.worlds.list(10),
  'worlds.servers': (scope) => scope.worlds.servers(10),
  'worlds.find': (scope, { agent, memory }) => scope.worlds.find(agent, memory),
  'worlds.findOfAny': (scope, { memory }) => scope.worlds.findOfAny(memory),
  'worlds.put': (scope, { agent, memory }) => scope.worlds.put(world(agent, memory)),
  'worlds.deleteAll': (scope, { memory, server }) => scope.worlds.deleteAll([memory], [server]),
};

/** Something of everything an agent may remember and have done. Answers the id it all has. */
export async function makeMemories(
  db: TestDatabase,
  tenantId: Uuid,
  { agent, message, turn }: Pick<Ids, 'agent' | 'message' | 'turn'>,
): Promise<Uuid> {
  const id = newId();
  await db.database.inTenant(tenantId, async (scope) => {
    await scope.memories.insert(agent, fact(id));
    await scope.rooms.insert(room(agent, id));
    await scope.worlds.put(world(agent, id));
    await scope.recollections.forgetAll(agent);
    await scope.recollections.change(agent, message, { content: { text: 'Hello Ada' } });
  });
  await db.asSuperuser(
    `insert into agent_logs (tenant_id, agent_id, id, turn_id, type, entity_id, room_id, body, created_at)
     values ($1, $2, $3, $4, 'run_event', $2, $2, '{"name": "Ada"}', now() - interval '1 day')`,
    [tenantId, agent, id, turn],
  );
  return id;
}
