import { DEFAULT_TENANT_ID } from '@app/contracts';
import {
  Cluster,
  conversation,
  echo,
  faultsOf,
  makeChannel,
  setting,
  type TcpProxy,
  tcpProxy,
  until,
} from '@app/testing';

/** Within so many milliseconds everybody has to hear of what is stored. */
const SECONDS = 6_000;

describe('what is stored and was never announced', () => {
  let cluster: Cluster;
  let ways: TcpProxy[];

  beforeAll(async () => {
    const redis = new URL(setting('TEST_REDIS_URL'));
    // Gateway 1 and worker 1 reach Redis through a way that can be cut.
    ways = await Promise.all([tcpProxy(Number(redis.port)), tcpProxy(Number(redis.port))]);
    const through = (way: TcpProxy): Record<string, string> => {
      const url = new URL(redis);
      url.port = String(way.port);
      return { REDIS_URL: url.toString() };
    };
    cluster = await Cluster.start({
      envOf: { 'gateway-1': through(ways[0]!), 'worker-1': through(ways[1]!) },
      env: { TURN_LEASE_MS: '2000', SWEEP_INTERVAL_MS: '300', TURN_UNCLAIMED_MS: '1500' },
    });
  }, 60_000);

  afterEach(async () => {
    for (const way of ways) way.unblock();
    await Promise.all(cluster.processes.filter((one) => !one.running).map((one) => one.start()));
    cluster.assertAlive();
  });

  afterAll(async () => {
    await cluster?.close();
    for (const way of ways ?? []) await way.close();
  });

  it('is heard and answered when the gateway dies between its commit and its announcement', async () => {
    const room = await conversation(cluster, { channels: 1 });
    const [sender, listener, channel] = [room.senders[0]!, room.listeners[0]!, room.channels[0]!];
    await sender.send(channel, 'before');
    await listener.broadcast('the reply before', (message) => message.text === echo('before'));

    // Where nobody answers, nothing follows that would tell of a gap.
    const quiet = await makeChannel(cluster.database, DEFAULT_TENANT_ID, { type: 'GROUP' });
    await listener.join(quiet);

    ways[0]!.block();
    const ack = await sender.send(channel, 'nobody was told');
    const quietAck = await sender.send(quiet, 'nobody was told here either');
    await cluster.gateway(1).kill();
    const died = performance.now();
    const told = listener.all('messageBroadcast').map(({ text }) => text);
    expect(told.filter((text) => text.startsWith('nobody'))).toEqual([]);

    const heard = await listener.broadcast('the message', ({ id }) => id === ack.messageId, SECONDS);
    expect(heard.seq).toBe(ack.seq);
    await listener.broadcast('the message nobody answers', ({ id }) => id === quietAck.messageId, SECONDS);
    await listener.reply(ack.messageId, SECONDS);
    expect(performance.now() - died).toBeLessThan(SECONDS);
    const { agentId, channels, senders, listeners } = room;
    expect(await faultsOf({ cluster, channels, agents: [agentId], senders, listeners, calm: false })).toEqual([]);
    listener.close();
  }, 60_000);

  it('is heard when the worker dies between settling and announcing, and the next turn is not forgotten', async () => {
    const room = await conversation(cluster, { channels: 1, senderOn: 2, listenersOn: [1, 2] });
    const [sender, channel] = [room.senders[0]!, room.channels[0]!];
    await cluster.worker(2).kill();
    const first = await sender.send(channel, 'first #latency=1500');
    const running = await cluster.turn(first.messageId, 'running');
    expect(running.worker).toBe('worker-1');
    const second = await sender.send(channel, 'second');

    ways[1]!.block();
    await until('the reply was stored', async () => {
      const replies = await cluster.sql('select from messages where in_reply_to = $1', [first.messageId]);
      return replies.length === 1;
    });
    await cluster.worker(1).kill();
    const died = performance.now();
    for (const listener of room.listeners) {
      expect(listener.all('messageBroadcast').map(({ inReplyTo }) => inReplyTo)).not.toContain(first.messageId);
    }
    // Nobody works, so nothing follows that would tell of a gap.
    for (const listener of room.listeners) await listener.reply(first.messageId, SECONDS);
    expect(performance.now() - died).toBeLessThan(SECONDS);
    await cluster.worker(2).start();
    for (const listener of room.listeners) await listener.reply(second.messageId, SECONDS);
    const { agentId, channels, senders, listeners } = room;
    expect(await faultsOf({ cluster, channels, agents: [agentId], senders, listeners, calm: false })).toEqual([]);
  }, 60_000);
});
