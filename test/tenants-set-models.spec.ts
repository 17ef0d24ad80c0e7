import { newId, type Uuid } from '@app/contracts';
import { allAnswered, Cluster, makeAgent, makeChannel, startOpenAiServer, type OpenAiServer } from '@app/testing';
import { ElizaClient } from '@elizaos/api-client';

let cluster: Cluster;
let server: OpenAiServer;
let client: ElizaClient;

beforeAll(async () => {
  server = await startOpenAiServer({ reply: 'From the server of the tenant.' });
  cluster = await Cluster.start({
    gateways: 1,
    workers: 1,
    env: { MODEL_PROVIDER: 'classic', OPENAI_API_KEY: 'of-the-operator', OUTBOUND_ALLOW: '127.0.0.1' },
  });
  client = ElizaClient.create({ baseUrl: cluster.url(1) });
}, 60_000);

afterAll(async () => {
  await cluster?.close();
  await server?.close();
});

const settings = () => ({ OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'of-the-tenant', OPENAI_LARGE_MODEL: 'm' });

/** A conversation of some messages with a new agent, all answered. */
async function conversation(...contents: string[]): Promise<{ agent: Uuid; channel: Uuid; said: string[] }> {
  const agent = await makeAgent(cluster.database, cluster.tenantId, `Agent ${newId()}`);
  const channel = await makeChannel(cluster.database, cluster.tenantId, { participants: [agent] });
  for (const content of contents) {
    await client.messaging.postMessage(channel, content);
    await allAnswered(cluster, [channel], 20_000);
  }
  const { messages } = await client.messaging.getChannelMessages(channel);
  const said = messages.filter(({ authorId }: { authorId: Uuid }) => authorId === agent);
  return { agent, channel, said: said.map(({ content }: { content: string }) => content) };
}

it('answers with the model that the tenant set for all its agents, from the next message on', async () => {
  await client.system.updateLocalEnvironment({});
  expect((await conversation('Perhaps.')).said).not.toContain('From the server of the tenant.');
  await client.system.updateLocalEnvironment(settings());
  expect((await conversation('Perhaps.')).said).toEqual(['From the server of the tenant.']);
  expect(server.requests.at(-1)?.headers.authorization).toBe('Bearer of-the-tenant');
});

it("keeps the operator's key from a server that the tenant names", async () => {
  const { OPENAI_API_KEY: _, ...withoutKey } = settings();
  await client.system.updateLocalEnvironment(withoutKey);
  expect((await conversation('Perhaps.')).said).toEqual(['From the server of the tenant.']);
  expect(server.requests.at(-1)?.headers.authorization ?? '').not.toContain('of-the-operator');
});

it("finds titles with the tenant's model, and counts what they cost", async () => {
  await client.system.updateLocalEnvironment(settings());
  const { agent, channel } = await conversation('one', 'two');
  const spent = () =>
    cluster.sql<{ kind: string; quantity: string }>(
      'select kind, quantity from usage_ledger where subject_id = $1 and agent_id = $2 order by kind',
      [channel, agent],
    );
  expect(await spent()).toEqual([]);
  const { title } = await client.messaging.generateChannelTitle(channel, agent);
  expect(title).toBe('From the server of the tenant');
  const kinds = (await spent()).map(({ kind, quantity }) => [kind, Number(quantity) > 0]);
  expect(kinds).toEqual([
    ['inputTokens', true],
    ['outputTokens', true],
  ]);
});
