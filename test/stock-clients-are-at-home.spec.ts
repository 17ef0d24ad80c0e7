import { DEFAULT_MESSAGE_SERVER_ID, newId, type Uuid } from '@app/contracts';
import { Cluster, FleetClient, until } from '@app/testing';
import { ElizaClient } from '@elizaos/api-client';

interface Named {
  id: Uuid;
  name: string;
}

describe("ElizaOS's own client, and a plain socket", () => {
  let cluster: Cluster;
  let person: FleetClient;
  let listeners: FleetClient[];

  beforeAll(async () => {
    // As a first start is: the seeded agent, and the model that needs no key.
    cluster = await Cluster.start({ env: { MODEL_PROVIDER: 'classic', CLASSIC_DELAY_MS: '20' } });
  }, 60_000);

  afterAll(async () => {
    for (const client of [person, ...(listeners ?? [])]) client?.close();
    await cluster?.close();
  });

  it('find the agent, make a channel, talk, and hear everything on the other gateway too', async () => {
    const client = ElizaClient.create({ baseUrl: cluster.url(1) });
    const { agents }: { agents: Named[] } = await client.agents.listAgents();
    const eliza = agents.find(({ name }) => name === 'Eliza');
    expect(eliza).toMatchObject({ name: 'Eliza', status: 'active' });

    const entityId = newId();
    const channel: { id: Uuid } = await client.messaging.createGroupChannel({
      name: 'First talk',
      participantIds: [entityId, eliza!.id],
      metadata: { message_server_id: DEFAULT_MESSAGE_SERVER_ID, type: 'DM', isDm: true },
    });
    person = await FleetClient.connect(cluster.url(1), { entityId });
    listeners = await Promise.all([
      FleetClient.connect(cluster.url(2)),
      FleetClient.connect(cluster.url(2), { transport: 'polling' }),
    ]);
    for (const one of [person, ...listeners]) await one.join(channel.id);

    const text = 'I am unhappy because my brother never calls me';
    const ack = await person.send(channel.id, text);
    expect(ack).toMatchObject({
      status: 'received_by_server_and_processing',
      channelId: channel.id,
      roomId: channel.id,
    });
    for (const one of [person, ...listeners]) {
      const said = await one.broadcast('the message', ({ id }) => id === ack.messageId);
      expect(said).toMatchObject({
        senderId: entityId,
        senderName: 'Tester',
        text,
        clientMessageId: ack.clientMessageId,
      });
      const reply = await one.reply(ack.messageId);
      expect(reply).toMatchObject({ senderId: eliza!.id, senderName: 'Eliza', source: 'agent_response' });
      expect(reply.text.length).toBeGreaterThan(10);
      await until('the turn was complete', () => one.all('messageComplete').length === 1);
      const pieces = one.all('messageStreamChunk').filter(({ messageId }) => messageId === reply.id);
      expect(pieces.length).toBeGreaterThan(1);
      expect(pieces.map(({ index }) => index)).toEqual([...pieces.keys()]);
      expect(pieces.map(({ chunk }) => chunk).join('')).toBe(reply.text);
      expect(one.all('messageError')).toEqual([]);
    }

    const other = ElizaClient.create({ baseUrl: cluster.url(2) });
    const { messages }: { messages: { id: Uuid; content: string }[] } = await other.messaging.getChannelMessages(
      channel.id,
    );
    const heard = person.all('messageBroadcast').map(({ id }) => id);
    expect(messages.map(({ id }) => id).sort()).toEqual(heard.sort());

    await client.messaging.deleteMessage(channel.id, ack.messageId);
    for (const one of [person, ...listeners]) {
      await until('the deletion was heard', () =>
        one.all('messageDeleted').some(({ messageId }) => messageId === ack.messageId),
      );
    }
    cluster.assertAlive();
  }, 60_000);

  it('may send into a channel that does not exist yet, as ElizaOS lets them', async () => {
    const channel = newId();
    const joined = await listeners[0]!.join(channel);
    expect(joined).toMatchObject({ channelId: channel, roomId: channel, seq: 0 });
    const ack = await person.send(channel, 'here I am');
    await listeners[0]!.broadcast('the message', ({ id }) => id === ack.messageId);
  });
});
