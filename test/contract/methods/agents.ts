import { DEFAULT_MESSAGE_SERVER_ID, newId } from '@app/contracts';
import { NUMBER, TEXT, type Methods } from '../world.js';

const SERVER_AGENTS = '/api/messaging/message-servers/:serverId/agents';

export const agents: Methods = {
  listAgents: {
    route: 'GET /api/agents',
    async call({ client, agent }) {
      const { agents } = await client.agents.listAgents();
      const entry = { id: agent, name: TEXT, characterName: TEXT, bio: 'Somebody', status: 'active' };
      expect(agents).toContainEqual(entry);
    },
  },
  getAgent: {
    route: 'GET /api/agents/:agentId',
    async call({ client, agent }) {
      const found = await client.agents.getAgent(agent);
      expect(found).toMatchObject({ id: agent, enabled: true, status: 'active', bio: ['Somebody'], createdAt: NUMBER });
      await expect(client.agents.getAgent(newId())).rejects.toMatchObject({ code: 'NOT_FOUND', status: 404 });
    },
  },
  createAgent: {
    route: 'POST /api/agents',
    async call({ client }) {
      const name = `Made ${newId().slice(-12)}`;
      for (const given of [{ agent: { name } }, { characterJson: { name } }]) {
        const made = await client.agents.createAgent(given);
        expect(made).toMatchObject({ id: TEXT, character: { name } });
        expect(await client.agents.getAgent(made.id)).toMatchObject({ name, status: 'inactive' });
      }
      const nothing = client.agents.createAgent({});
      await expect(nothing).rejects.toMatchObject({ code: 'CREATE_ERROR', status: 400, message: TEXT });
    },
  },
  updateAgent: {
    route: 'PATCH /api/agents/:agentId',
    async call(world) {
      const { client } = world;
      const id = await world.newAgent();
      expect(await client.agents.updateAgent(id, { bio: ['Other'], settings: { a: 1, b: { c: 2 } } })).toMatchObject({
        id,
        bio: ['Other'],
        status: 'active',
      });
      await client.agents.updateAgent(id, { settings: { a: null, b: { d: 3 } } });
      expect((await client.agents.getAgent(id)).settings).toEqual({ b: { c: 2, d: 3 } });
    },
  },
  deleteAgent: {
    route: 'DELETE /api/agents/:agentId',
    async call(world) {
      const id = await world.newAgent();
      expect(await world.client.agents.deleteAgent(id)).toEqual({ success: true });
      await expect(world.client.agents.getAgent(id)).rejects.toMatchObject({ status: 404 });
    },
  },
  startAgent: {
    route: 'POST /api/agents/:agentId/start',
    async call(world) {
      const id = await world.newAgent({ active: false });
      const started = { id, name: TEXT, status: 'active' };
      expect(await world.client.agents.startAgent(id)).toEqual(started);
      expect(await world.client.agents.startAgent(id)).toEqual(started);
      const channelId = await world.channel([world.user, id]);
      const { replyId } = await world.say(channelId);
      expect(replyId).toEqual(TEXT);
    },
  },
  stopAgent: {
    route: 'POST /api/agents/:agentId/stop',
    async call(world) {
      const id = await world.newAgent();
      expect(await world.client.agents.stopAgent(id)).toEqual({ message: TEXT });
      await expect(world.client.agents.stopAgent(id)).rejects.toMatchObject({ code: 'NOT_FOUND', status: 404 });
      expect(await world.client.agents.getAgent(id)).toMatchObject({ status: 'inactive' });
    },
  },
  getWorlds: {
    route: 'GET /api/agents/worlds',
    async call(world) {
      await world.turn();
      const { worlds } = await world.client.agents.getWorlds();
      expect(worlds).toContainEqual(
        expect.objectContaining({ id: TEXT, agentId: world.agent, messageServerId: DEFAULT_MESSAGE_SERVER_ID }),
      );
    },
  },
  addAgentToWorld: {
    route: 'POST /api/agents/:agentId/worlds',
    async call(world) {
      const { client, fleet } = world;
      const other = await world.newAgent();
      const made = await fleet.call('POST', `/api/agents/${other}/worlds`, { name: 'A world', metadata: { a: 1 } });
      const { id } = made.body.data.world;
      const joined = await client.agents.addAgentToWorld(world.agent, id);
      expect(joined).toMatchObject({ world: { id, agentId: world.agent, name: 'A world' } });
    },
  },
  updateAgentWorldSettings: {
    route: 'PATCH /api/agents/:agentId/worlds/:worldId',
    async call({ client, agent, fleet }) {
      const { body } = await fleet.call('POST', `/api/agents/${agent}/worlds`, { name: 'Another' });
      const { id } = body.data.world;
      const { world } = await client.agents.updateAgentWorldSettings(agent, id, { loud: true });
      expect(world).toMatchObject({ id, agentId: agent, metadata: { settings: { loud: true } } });
    },
  },
  getAgentPanels: {
    route: 'GET /api/agents/:agentId/panels',
    async call({ client, agent }) {
      expect(await client.agents.getAgentPanels(agent)).toEqual({ panels: [] });
    },
  },
  getAgentLogs: {
    route: 'GET /api/agents/:agentId/logs',
    async call(world) {
      await world.turn();
      const logs = await world.client.agents.getAgentLogs(world.agent, { limit: 2 });
      expect(logs).toHaveLength(2);
      for (const log of logs) expect(log).toMatchObject({ id: TEXT, createdAt: TEXT, entityId: TEXT, type: TEXT });
    },
  },
  deleteAgentLog: {
    route: 'DELETE /api/agents/:agentId/logs/:logId',
    async call(world) {
      await world.turn();
      const [log] = await world.client.agents.getAgentLogs(world.agent, { limit: 1 });
      expect(await world.client.agents.deleteAgentLog(world.agent, log.id)).toEqual({ success: true });
      const left: { id: string }[] = await world.client.agents.getAgentLogs(world.agent, { limit: 100 });
      expect(left.map(({ id }) => id)).not.toContain(log.id);
    },
  },
  getAgentsForMessageServer: {
    route: `GET ${SERVER_AGENTS}`,
    async call(world) {
      await world.turn();
      const { messageServerId, agents } =
        await world.client.agents.getAgentsForMessageServer(DEFAULT_MESSAGE_SERVER_ID);
      expect(messageServerId).toBe(DEFAULT_MESSAGE_SERVER_ID);
      expect(agents).toContain(world.agent);
    },
  },
  addAgentToMessageServer: {
    route: `POST ${SERVER_AGENTS}`,
    async call({ client, agent }) {
      const { server } = await client.messaging.createMessageServer({ name: 'With agents', sourceType: 'test' });
      const added = await client.agents.addAgentToMessageServer(server.id, agent);
      expect(added).toEqual({ messageServerId: server.id, agentId: agent, message: TEXT });
      expect((await client.agents.getAgentsForMessageServer(server.id)).agents).toEqual([agent]);
    },
  },
  removeAgentFromMessageServer: {
    route: `DELETE ${SERVER_AGENTS}/:agentId`,
    async call({ client, agent }) {
      const { server } = await client.messaging.createMessageServer({ name: 'Left by agents', sourceType: 'test' });
      await client.agents.addAgentToMessageServer(server.id, agent);
      const removed = await client.agents.removeAgentFromMessageServer(server.id, agent);
      expect(removed).toEqual({ messageServerId: server.id, agentId: agent, message: TEXT });
      expect((await client.agents.getAgentsForMessageServer(server.id)).agents).toEqual([]);
    },
  },
  getMessageServersForAgent: {
    route: 'GET /api/messaging/agents/:agentId/message-servers',
    async call({ client, agent }) {
      const { server } = await client.messaging.createMessageServer({ name: 'Of an agent', sourceType: 'test' });
      await client.agents.addAgentToMessageServer(server.id, agent);
      const { agentId, messageServers } = await client.agents.getMessageServersForAgent(agent);
      expect(agentId).toBe(agent);
      expect(messageServers).toContain(server.id);
    },
  },
};
