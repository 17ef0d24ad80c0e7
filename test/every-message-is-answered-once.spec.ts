import { allAnswered, allHeard, Cluster, conversation, faultsOf, quantiles, talk } from '@app/testing';

const CHANNELS = 50;
const EACH = 40;

describe('2,000 messages over 50 channels, two gateways and two workers', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await Cluster.start();
  }, 60_000);

  afterAll(() => cluster?.close());

  it('loses, doubles and mixes up none of them, and answers each of them once', async () => {
    const room = await conversation(cluster, { channels: CHANNELS, senders: 5, listenersOn: [1, 2] });
    const began = performance.now();
    await talk(room, EACH);
    const sent = performance.now();
    await allAnswered(cluster, room.channels, 120_000);
    await allHeard(room, 2 * EACH, 10_000);
    const ended = performance.now();

    const { agentId, channels, senders, listeners } = room;
    expect(await faultsOf({ cluster, channels, agents: [agentId], senders, listeners, calm: true })).toEqual([]);
    expect(senders.flatMap((sender) => sender.sent)).toHaveLength(CHANNELS * EACH);
    for (const listener of listeners) {
      expect(listener.all('messageBroadcast')).toHaveLength(2 * CHANNELS * EACH);
      expect(listener.all('messageComplete')).toHaveLength(CHANNELS * EACH);
      expect(listener.all('messageError')).toEqual([]);
    }
    cluster.assertAlive();

    const acks = senders.flatMap((sender) => sender.sent.map((one) => one.ackAt! - one.at));
    process.stderr.write(
      `sent in ${Math.round(sent - began)} ms, all heard after ${Math.round(ended - began)} ms, ` +
        `acks ${JSON.stringify(quantiles(acks))}\n`,
    );
    for (const client of [...senders, ...listeners]) client.close();
  }, 180_000);
});
