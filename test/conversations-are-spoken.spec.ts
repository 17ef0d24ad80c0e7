import { ElizaClient } from '@elizaos/api-client';
import { newId, type Uuid } from '@app/contracts';
import {
  aKey,
  aTenant,
  Cluster,
  makeAgent,
  makeChannel,
  soundOf,
  startOpenAiServer,
  type OpenAiServer,
} from '@app/testing';

const KEY = 'the-key-of-this-installation';

let cluster: Cluster;
let server: OpenAiServer;
let agent: Uuid;

beforeAll(async () => {
  server = await startOpenAiServer({ transcript: 'How are you?' });
  const env = { MODEL_PROVIDER: 'scripted', ELIZA_SERVER_AUTH_TOKEN: KEY, OPENAI_AUDIO_BASE_URL: server.url };
  cluster = await Cluster.start({ gateways: 2, workers: 1, media: true, env });
  agent = await makeAgent(cluster.database, cluster.tenantId, 'Ada');
}, 60_000);
afterAll(async () => {
  await cluster?.close();
  await server?.close();
});

const client = () => ElizaClient.create({ baseUrl: cluster.url(2), apiKey: KEY });

function post(path: string, body: object, key = KEY): Promise<Response> {
  const headers = { 'content-type': 'application/json', 'x-api-key': key };
  return fetch(cluster.url(2) + path, { method: 'POST', headers, body: JSON.stringify(body) });
}

/** What was said in a channel, in order. */
const saidIn = async (channelId: string): Promise<string[]> =>
  (
    await cluster.sql<{ content: string }>('select content from messages where channel_id = $1 order by seq', [
      channelId,
    ])
  ).map(({ content }) => content);

test("what ElizaOS's client says is answered in speech, by a real turn", async () => {
  const said = await client().audio.speechConversation(agent, { audio: soundOf('a question', 'wav'), format: 'wav' });
  const { channelId, messageId } = said.metadata;
  expect(said).toEqual({
    text: 'echo: How are you?',
    audio: soundOf('echo: How are you?', 'wav').toString('base64'),
    metadata: { transcription: 'How are you?', format: 'wav', channelId, messageId },
  });
  expect((await cluster.turn(messageId, 'completed')).attempt).toBe(1);
  const again = await client().audio.processSpeech(agent, soundOf('another', 'wav'));
  expect(again.metadata.channelId).toBe(channelId);
  expect(await saidIn(channelId)).toEqual(Array(2).fill(['How are you?', 'echo: How are you?']).flat());
});

test('what is written is answered with sound, in the channel and as the entity that are named', async () => {
  const entityId = newId();
  const channelId = await makeChannel(cluster.database, cluster.tenantId, { participants: [entityId, agent] });
  const answer = await post(`/api/audio/${agent}/speech/conversation`, {
    text: 'Good day',
    roomId: channelId,
    entityId,
    userName: 'Ann',
  });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'audio/mpeg']);
  expect(Buffer.from(await answer.arrayBuffer()).equals(soundOf('echo: Good day'))).toBe(true);
  const rows = await cluster.sql('select author_id, author_name from messages where channel_id = $1 and content = $2', [
    channelId,
    'Good day',
  ]);
  expect(rows).toEqual([{ author_id: entityId, author_name: 'Ann' }]);
});

test('who has no key says nothing to anybody', async () => {
  const count = async () => (await cluster.sql<{ count: string }>('select count(*) from messages'))[0]!.count;
  const before = await count();
  const refused = await post(`/api/audio/${agent}/speech/conversation`, { text: 'Good day' }, 'wrong');
  expect(refused.status).toBe(401);
  expect(await count()).toBe(before);
});

test('what a gateway refuses is told as it is', async () => {
  const silent = await makeChannel(cluster.database, cluster.tenantId, { participants: [newId()] });
  const answer = await post(`/api/audio/${agent}/speech/conversation`, { text: 'Good day', channelId: silent });
  expect(((await answer.json()) as { error: object }).error).toMatchObject({ code: 'NO_AGENT' });
});

test('another tenant’s channel and agent are told as none at all', async () => {
  const stranger = await aTenant(cluster.database);
  const { key } = await aKey(cluster.database, stranger);
  const own = await makeAgent(cluster.database, stranger, 'Own');
  const taken = await makeChannel(cluster.database, cluster.tenantId, { participants: [newId(), agent] });
  const told = async (agentId: Uuid, channelId: Uuid): Promise<string> => {
    const answer = await post(`/api/audio/${agentId}/speech/conversation`, { text: 'Taken', channelId }, key);
    return `${answer.status} ${await answer.text()}`.replace(/"[\da-f-]{36}"/g, '"<id>"');
  };
  expect(await told(own, taken)).toBe(await told(own, newId()));
  expect(await told(agent, taken)).toBe(await told(newId(), newId()));
  const said = 'select content from messages where tenant_id = $1 and channel_id = $2';
  expect(await cluster.sql(said, [cluster.tenantId, taken])).toEqual([]);
});
