import { setTimeout as delay } from 'node:timers/promises';
import { Cluster, conversation, echo, faultsOf, LONG } from '@app/testing';

const LEASE_MS = 2_000;
const CALL_MS = LONG ? 30_000 : 6_000;

describe(`a lease of ${LEASE_MS / 1_000} s`, () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await Cluster.start({ env: { TURN_LEASE_MS: String(LEASE_MS), SWEEP_INTERVAL_MS: '300' } });
  }, 60_000);

  afterAll(() => cluster?.close());

  it(`is kept during a model call of ${CALL_MS / 1_000} s, which runs once`, async () => {
    const room = await conversation(cluster, { channels: 1 });
    const [listener, sender, channel] = [room.listeners[0]!, room.senders[0]!, room.channels[0]!];
    const began = performance.now();
    const ack = await sender.send(channel, `take your time #latency=${CALL_MS}`);
    const reply = await listener.reply(ack.messageId, CALL_MS + 10_000);
    expect(performance.now() - began).toBeGreaterThanOrEqual(CALL_MS);
    expect(reply.text).toBe(echo(`take your time #latency=${CALL_MS}`));
    const { agentId, channels, senders, listeners } = room;
    expect(await cluster.turn(ack.messageId, 'completed')).toMatchObject({ attempt: 1 });
    expect(await faultsOf({ cluster, channels, agents: [agentId], senders, listeners, calm: true })).toEqual([]);
  }, 60_000);

  it('is lost by a worker that stands still, and nothing that it does afterwards is stored', async () => {
    const room = await conversation(cluster, { channels: 4 });
    const [listener, sender] = [room.listeners[0]!, room.senders[0]!];
    const acks = await Promise.all(room.channels.map((channel) => sender.send(channel, 'answer me #latency=1500')));
    const turns = await Promise.all(acks.map(({ messageId }) => cluster.turn(messageId, 'running')));
    const name = turns[0]!.worker!;
    const frozen = cluster.workers.find((worker) => worker.name === name)!;
    frozen.stop();
    for (const { messageId } of acks) await listener.reply(messageId, 20_000);
    const states = await Promise.all(acks.map(({ messageId }) => cluster.turn(messageId, 'completed')));
    for (const [index, turn] of states.entries()) {
      expect(turn.worker).not.toBe(name);
      expect(turn.attempt).toBe(turns[index]!.worker === name ? 2 : 1);
    }

    frozen.continue();
    await delay(2_500);
    expect(await Promise.all(acks.map(({ messageId }) => cluster.turn(messageId, 'completed')))).toEqual(states);
    const { agentId, channels, senders, listeners } = room;
    expect(await faultsOf({ cluster, channels, agents: [agentId], senders, listeners, calm: false })).toEqual([]);
    for (const { messageId } of acks) {
      expect(listener.all('messageBroadcast').filter(({ inReplyTo }) => inReplyTo === messageId)).toHaveLength(1);
    }
    const again = await sender.send(room.channels[0]!, 'and now');
    await listener.reply(again.messageId);
    cluster.assertAlive();
  }, 60_000);
});
