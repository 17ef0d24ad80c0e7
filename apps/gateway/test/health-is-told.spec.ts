import { elizaId } from '@app/contracts';
import { ElizaClient } from '@elizaos/api-client';
import { TestGateway } from './support.js';

let gateway: TestGateway;
let client: ElizaClient;

beforeAll(async () => {
  gateway = await TestGateway.start();
  client = ElizaClient.create({ baseUrl: gateway.url });
});
afterAll(() => gateway.close());

it('is OK while an agent is active, and DEGRADED without', async () => {
  const { agents } = await client.agents.listAgents();
  for (const agent of agents) await gateway.call('POST', `/api/agents/${agent.id}/stop`);
  const none = { status: 503, body: { status: 'DEGRADED', dependencies: { agents: 'no_agents' } } };
  expect(await gateway.call('GET', '/health')).toMatchObject(none);
  expect(await gateway.call('GET', '/api/server/health')).toMatchObject(none);

  await gateway.call('POST', '/api/agents', { agent: { name: 'Awake' } });
  await gateway.call('POST', `/api/agents/${elizaId('Awake')}/start`);
  const health = await gateway.call('GET', '/health');
  expect(health.body).toMatchObject({ status: 'OK', agentCount: 1, dependencies: { agents: 'healthy' } });
  expect(await client.server.checkHealth()).toMatchObject({ status: 'OK', version: expect.any(String) });
  expect(await client.server.getStatus()).toMatchObject({ status: 'ok', agentCount: 1 });
});

it('answers the small questions of ElizaOS', async () => {
  expect(await client.server.ping()).toEqual({ pong: true, timestamp: expect.any(Number) });
  expect(await client.server.hello()).toEqual({ message: 'Hello World!' });
  const version = { version: expect.any(String), source: 'server', uptime: expect.any(Number), environment: 'test' };
  expect((await gateway.call('GET', '/api/system/version')).body).toMatchObject(version);
  expect((await gateway.call('GET', '/api/system/config')).body).toEqual({
    success: true,
    data: { requiresAuth: false },
  });
});
