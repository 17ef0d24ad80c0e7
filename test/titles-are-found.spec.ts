import { newId } from '@app/contracts';
import { Cluster, makeAgent, makeChannel } from '@app/testing';
import { ElizaClient } from '@elizaos/api-client';

let cluster: Cluster;
let clients: ElizaClient[];

beforeAll(async () => {
  cluster = await Cluster.start({ gateways: 2, workers: 2, env: { MODEL_PROVIDER: 'scripted' } });
  clients = [1, 2].map((gateway) => ElizaClient.create({ baseUrl: cluster.url(gateway) }));
}, 60_000);
afterAll(() => cluster?.close());

/** The title that each gateway answers for a conversation of these words. */
async function titlesOf(contents: string[], provider?: string): Promise<unknown[]> {
  const { database, tenantId } = cluster;
  const agent = await makeAgent(database, tenantId, `Agent ${newId()}`);
  if (provider) {
    const character = { name: 'Own', settings: { MODEL_PROVIDER: provider } };
    await database.inTenant(tenantId, (tenant) => tenant.agents.updateCharacter(agent, character));
  }
  const channelId = await makeChannel(database, tenantId);
  for (const [index, content] of contents.entries()) {
    await clients[index % 2]!.messaging.postMessage(channelId, content);
  }
  const answers = await Promise.all(clients.map((client) => client.messaging.generateChannelTitle(channelId, agent)));
  return answers.map(({ title }: { title: unknown }) => title);
}

it('has a title found by the model of the agent, whichever worker asks it', async () => {
  const titles = await titlesOf(['hi', 'hello', 'so', '#reply=**"A scripted title."**']);
  expect(titles).toEqual(['A scripted title', 'A scripted title']);
});

it.each(['#silent', '#fail=world', '#fail=caller', '#fail=bug'])(
  'makes a title of what was said where the model answers %s',
  async (directive) => {
    const titles = await titlesOf(['hi', 'we plan a trip to the sea. Soon!', 'yes', directive]);
    expect(titles).toEqual(['We plan a trip to the sea', 'We plan a trip to the sea']);
  },
);

it('makes a title of what was said for an agent without a model', async () => {
  const titles = await titlesOf(['Hello', 'I am unhappy at work', 'Why?', 'Because'], 'classic');
  expect(titles).toEqual(['I am unhappy at work', 'I am unhappy at work']);
});

it('finds titles while a worker is gone', async () => {
  await cluster.worker(1).kill();
  expect(await titlesOf(['a', 'b', 'c', '#reply=Still here'])).toEqual(['Still here', 'Still here']);
  await cluster.worker(1).start();
});
