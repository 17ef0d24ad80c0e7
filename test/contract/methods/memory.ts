import { DEFAULT_MESSAGE_SERVER_ID, newId, ownId, type Uuid } from '@app/contracts';
import { NUMBER, TEXT, type Methods, type World } from '../world.js';

const MEMORIES = '/api/memory/:agentId/memories';
const ROOMS = '/api/memory/:agentId/rooms';
const GROUP = '/api/memory/groups/:messageServerId';

/** An agent of its own that remembers one question and its answer. */
async function remembering(world: World): Promise<{ agent: Uuid; channelId: Uuid; roomId: Uuid; messageId: Uuid }> {
  const agent = await world.newAgent();
  const channelId = await world.channel([world.user, agent]);
  const { messageId } = await world.say(channelId, 'Remember me');
  return { agent, channelId, roomId: ownId(agent, channelId), messageId };
}

async function remembered({ client }: World, agent: Uuid): Promise<string[]> {
  const { memories } = await client.memory.getAgentMemories(agent);
  return (memories as { content: { text: string } }[]).map(({ content }) => content.text);
}

const BOTH = ['echo: Remember me', 'Remember me'];

export const memory: Methods = {
  getAgentMemories: {
    route: `GET ${MEMORIES}`,
    async call(world) {
      const { agent, channelId, roomId } = await remembering(world);
      expect(await remembered(world, agent)).toEqual(BOTH);
      for (const params of [{ channelId }, { roomId }, { tableName: 'messages' }]) {
        const { memories } = await world.client.memory.getAgentMemories(agent, params);
        expect(memories).toHaveLength(2);
        for (const one of memories) expect(one).toMatchObject({ id: TEXT, createdAt: NUMBER, agentId: agent, roomId });
      }
    },
  },
  getRoomMemories: {
    route: `GET ${ROOMS}/:roomId/memories`,
    async call(world) {
      const { agent, channelId } = await remembering(world);
      const { memories } = await world.client.memory.getRoomMemories(agent, channelId, { limit: 1 });
      expect(memories).toMatchObject([{ content: { text: BOTH[0] }, entityId: agent }]);
    },
  },
  updateMemory: {
    route: `PATCH ${MEMORIES}/:memoryId`,
    async call(world) {
      const { agent, messageId } = await remembering(world);
      const updated = await world.client.memory.updateMemory(agent, messageId, { content: { text: 'Otherwise' } });
      expect(updated).toEqual({ id: messageId, message: TEXT });
      expect(await remembered(world, agent)).toEqual([BOTH[0], 'Otherwise']);
    },
  },
  clearAgentMemories: {
    route: `DELETE ${MEMORIES}`,
    async call(world) {
      const { agent } = await remembering(world);
      expect(await world.client.memory.clearAgentMemories(agent)).toMatchObject({ deleted: 2 });
      expect(await remembered(world, agent)).toEqual([]);
    },
  },
  clearRoomMemories: {
    route: `DELETE ${MEMORIES}/all/:roomId`,
    async call(world) {
      const { agent, roomId } = await remembering(world);
      expect(await world.client.memory.clearRoomMemories(agent, roomId)).toEqual({ success: true });
      expect(await remembered(world, agent)).toEqual([]);
    },
  },
  listAgentRooms: {
    route: `GET ${ROOMS}`,
    async call(world) {
      const { agent, channelId, roomId } = await remembering(world);
      const { rooms } = await world.client.memory.listAgentRooms(agent);
      expect(rooms).toMatchObject([{ id: roomId, channelId, agentId: agent, type: 'DM', name: 'Channel' }]);
    },
  },
  getRoom: {
    route: `GET ${ROOMS}/:roomId`,
    async call(world) {
      const { agent, roomId } = await remembering(world);
      expect(await world.client.memory.getRoom(agent, roomId)).toMatchObject({ id: roomId, worldName: TEXT });
    },
  },
  createRoom: {
    route: `POST ${ROOMS}`,
    async call(world) {
      const agent = await world.newAgent();
      const room = await world.client.memory.createRoom(agent, { name: 'A room', type: 'GROUP' });
      expect(room).toMatchObject({ id: TEXT, name: 'A room', agentId: agent, type: 'GROUP', source: 'client' });
      expect(await world.client.memory.getRoom(agent, room.id)).toMatchObject({ id: room.id, name: 'A room' });
    },
  },
  createWorldFromMessageServer: {
    route: `POST ${GROUP}`,
    async call({ client, agent }) {
      const { server } = await client.messaging.createMessageServer({ name: 'A world', sourceType: 'test' });
      const rooms = await client.memory.createWorldFromMessageServer(server.id, { name: 'Its room' });
      expect(rooms).toContainEqual(
        expect.objectContaining({ id: TEXT, name: 'Its room', agentId: agent, messageServerId: server.id }),
      );
    },
  },
  deleteWorld: {
    route: `DELETE ${GROUP}`,
    async call({ client, agent }) {
      const { server } = await client.messaging.createMessageServer({ name: 'Doomed', sourceType: 'test' });
      const rooms: { id: Uuid; agentId: Uuid }[] = await client.memory.createWorldFromMessageServer(server.id, {});
      const { id } = rooms.find(({ agentId }) => agentId === agent)!;
      expect(await client.memory.deleteWorld(server.id)).toEqual({ success: true });
      await expect(client.memory.getRoom(agent, id)).rejects.toMatchObject({ status: 404 });
    },
  },
  clearWorldMemories: {
    route: `DELETE ${GROUP}/memories`,
    async call(world) {
      const { agent } = await remembering(world);
      expect(await world.client.memory.clearWorldMemories(DEFAULT_MESSAGE_SERVER_ID)).toEqual({ success: true });
      expect(await remembered(world, agent)).toEqual([]);
    },
  },
  deleteMemory: {
    route: `DELETE ${MEMORIES}/:memoryId`,
    async call(world) {
      const { agent, messageId } = await remembering(world);
      expect(await world.client.memory.deleteMemory(agent, messageId)).toEqual({ message: TEXT });
      expect(await remembered(world, agent)).toEqual([BOTH[0]]);
      const unknown = world.client.memory.deleteMemory(agent, newId());
      await expect(unknown).rejects.toMatchObject({ status: 404 });
    },
  },
  getAgentInternalMemories: {
    route: `GET ${ROOMS}/:roomId/memories`,
    async call(world) {
      const { agent, roomId } = await remembering(world);
      const { memories } = await world.client.memory.getAgentInternalMemories(agent, roomId, false);
      expect(memories).toMatchObject([{ content: { text: BOTH[0] } }, { content: { text: BOTH[1] } }]);
    },
  },
  deleteAgentInternalMemory: {
    route: `DELETE ${MEMORIES}/:memoryId`,
    async call(world) {
      const { agent, messageId } = await remembering(world);
      await world.client.memory.deleteAgentInternalMemory(agent, messageId);
      expect(await remembered(world, agent)).toEqual([BOTH[0]]);
    },
  },
  deleteAllAgentInternalMemories: {
    route: `DELETE ${MEMORIES}/all/:roomId`,
    async call(world) {
      const { agent, roomId } = await remembering(world);
      await world.client.memory.deleteAllAgentInternalMemories(agent, roomId);
      expect(await remembered(world, agent)).toEqual([]);
    },
  },
  updateAgentInternalMemory: {
    route: `PATCH ${MEMORIES}/:memoryId`,
    async call(world) {
      const { agent, messageId } = await remembering(world);
      await world.client.memory.updateAgentInternalMemory(agent, messageId, { content: { text: 'Within' } });
      expect(await remembered(world, agent)).toEqual([BOTH[0], 'Within']);
    },
  },
  deleteGroupMemory: {
    route: 'DELETE /api/messaging/channels/:channelId/messages/:messageId',
    async call(world) {
      const { agent, channelId, messageId } = await remembering(world);
      expect(await world.client.memory.deleteGroupMemory(channelId, messageId)).toEqual({ success: true });
      expect(await remembered(world, agent)).toEqual([BOTH[0]]);
    },
  },
  clearGroupChat: {
    route: 'DELETE /api/messaging/channels/:channelId/messages',
    async call(world) {
      const { agent, channelId } = await remembering(world);
      expect(await world.client.memory.clearGroupChat(channelId)).toEqual({ success: true });
      expect(await remembered(world, agent)).toEqual([]);
    },
  },
};
