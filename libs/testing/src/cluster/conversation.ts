import { DEFAULT_TENANT_ID, newId, type Uuid } from '@app/contracts';
import { makeAgent, makeChannel } from '../factories.js';
import type { Cluster } from './cluster.js';
import { FleetClient } from './fleet-client.js';
import { turnsOf } from './stored-record.js';
import { until } from './until.js';

/** Direct channels between one person and one agent, with the person on one gateway and listeners on another. */
export interface Conversation {
  agentId: Uuid;
  channels: Uuid[];
  senders: FleetClient[];
  listeners: FleetClient[];
}

/** Makes an agent and direct channels, connects senders and listeners and lets the listeners join them all. */
export async function conversation(
  cluster: Cluster,
  options: { channels: number; senders?: number; senderOn?: number; listenersOn?: number[] },
): Promise<Conversation> {
  const { channels: count, senders: people = 1, senderOn = 1, listenersOn = [2] } = options;
  const agentId = await makeAgent(cluster.database, DEFAULT_TENANT_ID, `Echo ${newId().slice(-6)}`);
  const connect = (gateway: number): Promise<FleetClient> => FleetClient.connect(cluster.url(gateway));
  const senders = await Promise.all([...Array(people).keys()].map(() => connect(senderOn)));
  const listeners = await Promise.all(listenersOn.map(connect));
  const channels: Uuid[] = [];
  for (let index = 0; index < count; index++) {
    const participants = [senders[index % people]!.entityId, agentId];
    channels.push(await makeChannel(cluster.database, DEFAULT_TENANT_ID, { type: 'DM', participants }));
  }
  await Promise.all(listeners.flatMap((listener) => channels.map((channel) => listener.join(channel))));
  return { agentId, channels, senders, listeners };
}

/** Sends `each` messages to every channel: in order within a channel, all channels side by side. */
export async function talk({ channels, senders }: Conversation, each: number, words = 'message'): Promise<void> {
  await Promise.all(
    channels.map(async (channel, index) => {
      const sender = senders[index % senders.length]!;
      for (let number = 1; number <= each; number++) await sender.send(channel, `${words} ${number} in ${index + 1}`);
    }),
  );
}

/** Waits until no turn of these channels is left to do. */
export async function allAnswered(cluster: Cluster, channels: Uuid[], ms: number): Promise<void> {
  await until(
    'all turns were done',
    async () => {
      cluster.assertAlive();
      const turns = await turnsOf(cluster, channels);
      return turns.every(({ state }) => !['waiting', 'released', 'running'].includes(state));
    },
    { ms, every: 250 },
  );
}

/** Waits until every listener heard `count` messages of each channel. */
export async function allHeard({ channels, listeners }: Conversation, count: number, ms: number): Promise<void> {
  const isComplete = (listener: FleetClient): boolean => {
    const last = new Map(listener.all('messageBroadcast').map(({ channelId, seq }) => [channelId, seq]));
    return channels.every((channel) => (last.get(channel) ?? 0) >= count);
  };
  await until('every listener had heard everything', () => listeners.every(isComplete), { ms, every: 100 }).catch(
    () => undefined, // what is missing is the checker's to say
  );
}

/** How long something took, from many times of it. */
export function quantiles(times: number[]): { p50: number; p99: number; max: number } {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0);
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
