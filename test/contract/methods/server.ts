import { MASKED_SECRET, newId } from '@app/contracts';
import { until } from '@app/testing';
import { NUMBER, TEXT, type Methods } from '../world.js';

export const server: Methods = {
  checkHealth: {
    route: 'GET /api/server/health',
    async call({ client }) {
      const health = { status: 'OK', version: TEXT, timestamp: TEXT, dependencies: { agents: 'healthy' } };
      expect(await client.server.checkHealth()).toMatchObject(health);
    },
  },
  ping: {
    route: 'GET /api/server/ping',
    async call({ client }) {
      expect(await client.server.ping()).toEqual({ pong: true, timestamp: NUMBER });
    },
  },
  hello: {
    route: 'GET /api/server/hello',
    async call({ client }) {
      expect(await client.server.hello()).toEqual({ message: 'Hello World!' });
    },
  },
  getStatus: {
    route: 'GET /api/server/status',
    async call({ client }) {
      expect(await client.server.getStatus()).toEqual({ status: 'ok', agentCount: NUMBER, timestamp: TEXT });
    },
  },
  stopServer: {
    route: 'POST /api/server/stop',
    async call({ client, fleet }) {
      await expect(client.server.stopServer()).rejects.toMatchObject({ code: 'FORBIDDEN', status: 403 });
      fleet.cluster.assertAlive();
    },
  },
  getDebugInfo: {
    route: 'GET /api/server/debug/servers',
    async call({ client }) {
      const { servers, count } = await client.server.getDebugInfo();
      expect(servers).toHaveLength(count);
      expect(servers[0]).toMatchObject({ id: TEXT, name: TEXT });
    },
  },
  submitLogs: {
    route: 'POST /api/server/logs',
    async call({ client }) {
      const message = `Said by a client ${newId()}`;
      const logs = [{ level: 'error', message, timestamp: Date.now() }];
      expect(await client.server.submitLogs(logs)).toMatchObject({
        logs: expect.any(Array),
        levels: expect.any(Array),
      });
      await until('the line was kept', async () => {
        const kept: { logs: { msg: string }[] } = await client.system.getGlobalLogs({ level: 'error' });
        return kept.logs.some(({ msg }) => msg.includes(message));
      });
    },
  },
  clearLogs: {
    route: 'DELETE /api/server/logs',
    async call({ client }) {
      expect(await client.server.clearLogs()).toEqual({ status: 'success', message: TEXT });
    },
  },
};

export const system: Methods = {
  getEnvironment: {
    route: 'GET /api/system/env/local',
    async call({ client }) {
      await client.system.updateLocalEnvironment({ content: { A_SETTING: 'x' } });
      expect(await client.system.getEnvironment()).toEqual({ A_SETTING: MASKED_SECRET });
    },
  },
  updateLocalEnvironment: {
    route: 'POST /api/system/env/local',
    async call({ client }) {
      for (const given of [{ variables: { B: '1' } }, { content: { B: '1' } }, { B: '1' }]) {
        expect(await client.system.updateLocalEnvironment(given)).toEqual({ success: true, message: TEXT });
        expect(await client.system.getEnvironment()).toMatchObject({ B: MASKED_SECRET });
      }
    },
  },
  getGlobalLogs: {
    route: 'GET /api/server/logs',
    async call(world) {
      const { agentId, client } = { agentId: world.agent, client: world.client };
      await world.turn();
      const found = await until('the turn was logged', async () => {
        const found = await client.system.getGlobalLogs({ level: 'info', agentId });
        return found.logs.length > 0 && found;
      });
      expect(found).toMatchObject({ count: NUMBER, total: NUMBER, level: 'info', levels: expect.any(Array) });
      expect(found.logs[0]).toMatchObject({ time: NUMBER, level: 30, msg: TEXT });
    },
  },
  deleteGlobalLogs: {
    route: 'DELETE /api/server/logs',
    async call({ client }) {
      expect(await client.system.deleteGlobalLogs()).toEqual({ status: 'success', message: TEXT });
    },
  },
  deleteLog: {
    async call({ client }) {
      await expect(client.system.deleteLog('x')).rejects.toThrow('not supported');
    },
  },
};
