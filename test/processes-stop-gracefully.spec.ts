import { setTimeout as delay } from 'node:timers/promises';
import { allAnswered, allHeard, Cluster, conversation, faultsOf, talk, until } from '@app/testing';

const STOP_MS = 10_000;
const OPERATOR_KEY = 'operator-key-1';

describe('a process that is told to say more', () => {
  it('logs more until it is told again', async () => {
    const cluster = await Cluster.start({ gateways: 1, workers: 0 });
    const gateway = cluster.gateway(1);
    try {
      process.kill(gateway.pid, 'SIGUSR2');
      await until('it says more', () => gateway.said('"level":"debug","msg":"The level').length === 1);
      process.kill(gateway.pid, 'SIGUSR2');
      await until('it says less', () => gateway.said('"level":"info","msg":"The level').length === 1);
      cluster.assertAlive();
    } finally {
      await cluster.close();
    }
  }, 60_000);
});

describe('a process that is asked to stop', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await Cluster.start({ env: { SHUTDOWN_GRACE_MS: '1500', SWEEP_INTERVAL_MS: '300', OPERATOR_KEY } });
  }, 60_000);

  afterAll(() => cluster?.close());

  it('hands its long turns back, ends its short ones, and exits with code 0', async () => {
    const room = await conversation(cluster, { channels: 8 });
    const [sender, listener] = [room.senders[0]!, room.listeners[0]!];
    const words = (index: number): string => `for a while #latency=${index % 2 ? 800 : 4_000}`;
    const acks = await Promise.all(room.channels.map((channel, index) => sender.send(channel, words(index))));
    const turns = await Promise.all(acks.map(({ messageId }) => cluster.turn(messageId, 'running')));
    const name = turns[0]!.worker!;
    const stopping = cluster.workers.find((worker) => worker.name === name)!;

    const asked = performance.now();
    expect(await stopping.terminate()).toEqual({ code: 0, signal: null });
    expect(performance.now() - asked).toBeLessThan(STOP_MS);
    for (const [index, { messageId }] of acks.entries()) {
      await listener.reply(messageId, 15_000);
      const isLong = index % 2 === 0;
      const moved = isLong && turns[index]!.worker === name;
      const turn = await cluster.turn(messageId, 'completed');
      expect(turn.attempt).toBe(moved ? 2 : 1);
      if (moved) expect(turn.worker).not.toBe(name);
    }
    // Its turns did not have to wait for their leases.
    expect(performance.now() - asked).toBeLessThan(1_500 + 4_000 + 4_000);
    const { agentId, channels, senders, listeners } = room;
    expect(await faultsOf({ cluster, channels, agents: [agentId], senders, listeners, calm: false })).toEqual([]);
    await stopping.start();
  }, 60_000);

  it('leaves nothing unanswered when workers take turns at stopping under load', async () => {
    const room = await conversation(cluster, { channels: 10, senders: 2 });
    const talking = talk(room, 15, 'go on #latency=100');
    for (const worker of cluster.workers) {
      expect(await worker.terminate()).toEqual({ code: 0, signal: null });
      await worker.start();
    }
    await talking;
    await allAnswered(cluster, room.channels, 60_000);
    await allHeard(room, 30, 10_000);
    const { agentId, channels, senders, listeners } = room;
    expect(await faultsOf({ cluster, channels, agents: [agentId], senders, listeners, calm: false })).toEqual([]);
  }, 90_000);

  it('ends the sockets of a gateway and exits with code 0', async () => {
    const room = await conversation(cluster, { channels: 2 });
    const gone = new Promise((resolve) => room.senders[0]!.socket.once('disconnect', resolve));
    const ack = await room.senders[0]!.send(room.channels[0]!, 'last words');
    const asked = performance.now();
    expect(await cluster.gateway(1).terminate()).toEqual({ code: 0, signal: null });
    expect(performance.now() - asked).toBeLessThan(STOP_MS);
    expect(await gone).toMatch(/transport close|server/);
    await room.listeners[0]!.reply(ack.messageId);
    await cluster.gateway(1).start();
    cluster.assertAlive();
  }, 60_000);

  it('lets callers have the answers they wait for when an operator stops a gateway', async () => {
    const room = await conversation(cluster, { channels: 2 });
    const url = cluster.url(1);
    const gone = new Promise((resolve) => room.senders[0]!.socket.once('disconnect', resolve));
    const ask = (transport: string): Promise<Response> =>
      fetch(`${url}/api/messaging/channels/${room.channels[transport === 'http' ? 0 : 1]!}/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ author_id: room.senders[0]!.entityId, content: 'Wait #latency=1500', transport }),
      });
    const waiting = ask('http');
    const streaming = ask('sse').then((reply) => reply.text());
    await delay(500);

    const stop = { method: 'POST', headers: { 'x-operator-key': OPERATOR_KEY } };
    const asked = performance.now();
    expect((await fetch(`${url}/api/server/stop`, stop)).status).toBe(200);
    const exit = cluster.gateway(1).ends();
    const reply = await waiting;
    expect(reply.status).toBe(201);
    expect(await reply.json()).toMatchObject({ agentResponse: { text: 'echo: Wait #latency=1500' } });
    expect(await streaming).toMatch(/event: done\ndata: .*echo: Wait #latency=1500/);
    expect(await exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - asked).toBeLessThan(STOP_MS);
    expect(await gone).toMatch(/transport close|server/);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
    await cluster.gateway(1).start();
    cluster.assertAlive();
  }, 60_000);
});
