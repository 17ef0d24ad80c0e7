import { setTimeout as delay } from 'node:timers/promises';
import {
  allAnswered,
  Cluster,
  conversation,
  faultsOf,
  FleetClient,
  type OwnPostgres,
  ownPostgres,
  type OwnRedis,
  ownRedis,
  storedRecord,
  talk,
  until,
} from '@app/testing';

describe('a restart of everything', () => {
  let cluster: Cluster;
  let redis: OwnRedis;
  let postgres: OwnPostgres;

  beforeAll(async () => {
    [redis, postgres] = await Promise.all([ownRedis(), ownPostgres()]);
    cluster = await Cluster.start({
      redis,
      postgres,
      env: { TURN_LEASE_MS: '1500', SWEEP_INTERVAL_MS: '300', TURN_UNCLAIMED_MS: '2000' },
    });
  }, 120_000);

  afterAll(async () => {
    await cluster?.close();
    await Promise.all([redis?.close(), postgres?.close()]);
  });

  it('keeps history, agents and queued turns, and answers what was asked before', async () => {
    const room = await conversation(cluster, { channels: 10, senders: 2 });
    const { agentId, channels, senders } = room;
    await talk(room, 3, 'history');
    await allAnswered(cluster, channels, 30_000);
    await talk(room, 3, 'queued #latency=1000');
    const agents = await cluster.sql('select * from agents order by id');
    const before = await storedRecord(cluster, channels);
    expect(before.turns.filter(({ state }) => state !== 'completed').length).toBeGreaterThan(channels.length);
    expect(before.messages.filter(({ inReplyTo }) => inReplyTo === null)).toHaveLength(60);

    await Promise.all(cluster.processes.map((one) => one.kill()));
    await Promise.all([redis.stop(), postgres.stop()]);
    await Promise.all([redis.start(), postgres.start()]);
    await Promise.all(cluster.processes.map((one) => one.start()));

    const listener = await FleetClient.connect(cluster.url(2));
    await Promise.all(channels.map((channel) => listener.join(channel)));
    await allAnswered(cluster, channels, 60_000);
    const after = await storedRecord(cluster, channels);
    const kept = new Set(before.messages.map(({ id }) => id));
    expect(after.messages.filter(({ id }) => kept.has(id))).toEqual(before.messages);
    expect(await cluster.sql('select * from agents order by id')).toEqual(agents);
    expect(after.messages).toHaveLength(120);
    const run = { cluster, channels, agents: [agentId], senders, listeners: [listener], calm: false };
    expect(await faultsOf(run)).toEqual([]);

    const sender = await FleetClient.connect(cluster.url(1), { entityId: senders[0]!.entityId });
    const ack = await sender.send(channels[0]!, 'and on it goes');
    await listener.reply(ack.messageId);
    cluster.assertAlive();
    for (const client of [listener, sender]) client.close();
  }, 180_000);

  it('lets every process live when Postgres goes away and comes back', async () => {
    const room = await conversation(cluster, { channels: 2 });
    const [sender, listener] = [room.senders[0]!, room.listeners[0]!];
    const asked = await sender.send(room.channels[0]!, 'during the outage #latency=2500');
    await cluster.turn(asked.messageId, 'running');
    await postgres.stop();
    await expect(sender.send(room.channels[1]!, 'nobody can store this', 'lost')).rejects.toMatchObject({
      refusal: { code: 'UNAVAILABLE', clientMessageId: 'lost' },
    });
    await postgres.start();
    await listener.reply(asked.messageId, 20_000);
    const again = await sender.send(room.channels[1]!, 'nobody can store this', 'lost');
    await listener.reply(again.messageId);
    await allAnswered(cluster, room.channels, 30_000);
    const { agentId, channels, senders, listeners } = room;
    expect(await faultsOf({ cluster, channels, agents: [agentId], senders, listeners, calm: false })).toEqual([]);
    cluster.assertAlive();
  }, 90_000);

  it('lets a client that comes back while Postgres is away hear on once it is there', async () => {
    const room = await conversation(cluster, { channels: 2 });
    const [sender, listener] = [room.senders[0]!, room.listeners[0]!];
    const { socket } = listener;
    socket.io.reconnection(true);
    await postgres.stop();
    const back = new Promise((resolve) => socket.io.once('reconnect', resolve));
    socket.io.engine.close();
    await back;
    await delay(500);
    await postgres.start();
    for (const channel of room.channels) {
      const { messageId } = await until('Postgres was back', () => sender.send(channel, 'again').catch(() => false));
      await listener.broadcast('what was said since', ({ id }) => id === messageId);
    }
    socket.io.reconnection(false);
    cluster.assertAlive();
  }, 90_000);
});
