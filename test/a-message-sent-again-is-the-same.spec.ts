import { DEFAULT_MESSAGE_SERVER_ID, DEFAULT_TENANT_ID, newId, type Uuid } from '@app/contracts';
import { Cluster, FleetClient, makeChannel, until } from '@app/testing';

const TIMES = 50;

describe('a client message id', () => {
  let cluster: Cluster;
  let clients: FleetClient[];
  let channel: Uuid;
  const author = newId();

  beforeAll(async () => {
    cluster = await Cluster.start({ gateways: 3, workers: 0 });
    channel = await makeChannel(cluster.database, DEFAULT_TENANT_ID, { type: 'GROUP', participants: [author] });
    clients = await Promise.all(
      [1, 2].map((gateway) => FleetClient.connect(cluster.url(gateway), { entityId: author })),
    );
    await Promise.all(clients.map((client) => client.join(channel)));
  }, 60_000);

  afterAll(async () => {
    for (const client of clients ?? []) client.close();
    await cluster?.close();
  });

  const stored = (clientMessageId: string): Promise<{ author: Uuid; content: string; seq: number }[]> =>
    cluster.sql(
      'select author_id as author, content, seq::int from messages where client_message_id = $1 order by seq',
      [clientMessageId],
    );

  it(`stores one message and gives ${TIMES} equal acks when it comes ${TIMES} times at once over two gateways`, async () => {
    for (let time = 0; time < TIMES; time++) clients[time % 2]!.emitMessage(channel, 'once', { messageId: 'same' });
    const acks = await until('all acks came', () => {
      const all = clients.flatMap((client) => client.all('messageAck'));
      return all.length >= TIMES && all;
    });
    expect(acks).toHaveLength(TIMES);
    expect(new Set(acks.map((ack) => JSON.stringify(ack))).size).toBe(1);
    expect(await stored('same')).toEqual([{ author, content: 'once', seq: 1 }]);
    for (const client of clients) {
      await client.broadcast('the message', ({ text }) => text === 'once');
      expect(client.all('messageBroadcast')).toHaveLength(1);
      expect(client.all('messageError')).toEqual([]);
    }
  });

  it('stores one message when it comes 100 times at once over three gateways, by socket and REST', async () => {
    const body = {
      author_id: author,
      content: 'mixed',
      message_server_id: DEFAULT_MESSAGE_SERVER_ID,
      messageId: 'mixed',
    };
    const post = async (time: number): Promise<unknown> => {
      const reply = await fetch(`${cluster.url(1 + (time % 3))}/api/messaging/channels/${channel}/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      expect(reply.status).toBe(201);
      return ((await reply.json()) as { userMessage: { id: Uuid } }).userMessage;
    };
    const posted = Promise.all([...Array(50).keys()].map(post));
    for (let time = 0; time < 50; time++) clients[time % 2]!.emitMessage(channel, 'mixed', { messageId: 'mixed' });
    const acks = await until('all acks came', () => {
      const all = clients
        .flatMap((client) => client.all('messageAck'))
        .filter((ack) => ack.clientMessageId === 'mixed');
      return all.length >= 50 && all;
    });
    const answers = await posted;
    const [row] = await stored('mixed');
    expect(await stored('mixed')).toHaveLength(1);
    expect(new Set(acks.map((ack) => JSON.stringify(ack))).size).toBe(1);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(acks[0]).toMatchObject({ seq: row!.seq, messageId: (answers[0] as { id: Uuid }).id });
  });

  it('is refused for another text, and says which message was meant', async () => {
    for (const client of clients) {
      const refused = client.send(channel, 'something else', 'same');
      await expect(refused).rejects.toMatchObject({
        refusal: { code: 'IDEMPOTENCY_CONFLICT', clientMessageId: 'same', channelId: channel },
      });
    }
    expect(await stored('same')).toHaveLength(1);
  });

  it('of another author is another message', async () => {
    const other = newId();
    const ack = { channelId: channel, senderId: other, message: 'once', messageServerId: DEFAULT_MESSAGE_SERVER_ID };
    clients[0]!.socket.emit('message', { type: 2, payload: { ...ack, messageId: 'same' } });
    await clients[1]!.broadcast('the other message', ({ senderId }) => senderId === other);
    expect(await stored('same')).toEqual([
      { author, content: 'once', seq: 1 },
      { author: other, content: 'once', seq: 3 },
    ]);
  });

  it('may name a new message in another channel', async () => {
    const elsewhere = await makeChannel(cluster.database, DEFAULT_TENANT_ID, { type: 'GROUP' });
    const ack = await clients[0]!.send(elsewhere, 'something else', 'same');
    expect(ack).toMatchObject({ channelId: elsewhere, seq: 1 });
    expect(await stored('same')).toHaveLength(3);
  });
});
