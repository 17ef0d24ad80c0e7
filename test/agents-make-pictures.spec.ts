import { newId, type JsonObject, type Uuid } from '@app/contracts';
import {
  allAnswered,
  Cluster,
  makeAgent,
  makeChannel,
  startOpenAiServer,
  until,
  type OpenAiServer,
} from '@app/testing';
import { ElizaClient } from '@elizaos/api-client';

const DOT = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let cluster: Cluster;
let server: OpenAiServer;
let client: ElizaClient;

beforeAll(async () => {
  const picture = `data:image/png;base64,${DOT.toString('base64')}`;
  const program = `data:image/png;base64,${Buffer.from('4d5a9000', 'hex').toString('base64')}`;
  server = await startOpenAiServer({ reply: 'Here is your cat.', pictures: [picture, program] });
  const env = {
    MODEL_PROVIDER: 'openai',
    OPENAI_BASE_URL: server.url,
    OPENAI_LARGE_MODEL: 'painter',
    TURN_RETRY_MS: '100',
  };
  cluster = await Cluster.start({ gateways: 1, workers: 1, media: true, env });
  client = ElizaClient.create({ baseUrl: cluster.url(1) });
}, 60_000);
afterAll(async () => {
  await cluster?.close();
  await server?.close();
});

interface Reply {
  content: string;
  attachments: { url: string; contentType: string; title: string }[];
}

async function ask(): Promise<{ agent: Uuid; channel: Uuid }> {
  const agent = await makeAgent(cluster.database, cluster.tenantId, `Painter ${newId()}`);
  const channel = await makeChannel(cluster.database, cluster.tenantId, { participants: [agent] });
  await client.messaging.postMessage(channel, 'Draw me a cat.');
  return { agent, channel };
}

async function replyIn({ agent, channel }: { agent: Uuid; channel: Uuid }): Promise<Reply> {
  await allAnswered(cluster, [channel], 30_000);
  const { messages } = await client.messaging.getChannelMessages(channel);
  const reply = messages.find(({ authorId }: { authorId: Uuid }) => authorId === agent)!;
  return { content: reply.content, attachments: (reply.metadata as JsonObject)['attachments'] as never };
}

it('shows the pictures of an agent in its reply, and leaves out what is none', async () => {
  const place = await ask();
  const { content, attachments } = await replyIn(place);
  expect(content).toBe('Here is your cat.');
  expect(attachments).toEqual([
    expect.objectContaining({ contentType: 'image', title: 'image-1.png', source: 'generated' }),
  ]);
  const { url } = attachments[0]!;
  expect(url).toMatch(new RegExp(`^/media/generated/${place.agent}/[0-9a-f-]+\\.png\\?sig=`));
  const picture = await fetch(cluster.url(1) + url);
  expect([picture.status, Buffer.from(await picture.arrayBuffer())]).toEqual([200, DOT]);
});

it('takes the pictures along with the message that shows them', async () => {
  const place = await ask();
  expect((await replyIn(place)).attachments).toHaveLength(1);
  await fetch(`${cluster.url(1)}/api/messaging/channels/${place.channel}/messages`, { method: 'DELETE' });
  await until('the picture is gone', async () => {
    const rows = await cluster.sql('select from media where owner_id = $1', [place.agent]);
    return rows.length === 0 ? true : undefined;
  });
});

it('waits for the media-service, and answers when it is back', async () => {
  await cluster.media!.kill();
  const place = await ask();
  await until('it was tried in vain', async () => {
    const [turn] = await cluster.sql<{ attempt: number }>('select attempt from turns where agent_id = $1', [
      place.agent,
    ]);
    return turn && turn.attempt >= 2 ? true : undefined;
  });
  await cluster.media!.start();
  const { attachments } = await replyIn(place);
  expect(attachments).toHaveLength(1);
  const ready = await cluster.sql(`select from media where owner_id = $1 and state = 'ready'`, [place.agent]);
  expect(ready.length).toBeGreaterThanOrEqual(1);
});
