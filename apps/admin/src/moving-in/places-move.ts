import type { ArrivingChannel, ElizaosChannel, ElizaosSource } from '@app/persistence';
import { arrive, mapped, type MoveContext } from './arrival.js';
import { Tally } from './tally.js';

/** Brings message servers over, and which agents are at home there. */
export async function moveServers(from: ElizaosSource, context: MoveContext): Promise<Tally[]> {
  const servers = await arrive(
    {
      kind: 'message servers',
      source: await from.count('message_servers'),
      portions: () => from.servers(),
      add: async (tenant, rows) => (await tenant.arrivals.addServers(rows)).length,
      count: async (tenant, rows) => {
        const ids = rows.map(({ id }) => id);
        return (await tenant.arrivals.present('message_servers', ids)).length;
      },
    },
    context,
  );
  const homes = await arrive(
    {
      kind: 'agents of message servers',
      source: await from.count('message_server_agents'),
      portions: () => from.serverAgents(),
      add: async (tenant, rows) => (await tenant.arrivals.addServerAgents(rows)).length,
      count: (tenant, rows) => tenant.arrivals.countServerAgents(rows),
    },
    context,
  );
  return [servers, homes];
}

/** Brings channels over with who takes part in them. Who has left a channel that is here stays away. */
export async function moveChannels(from: ElizaosSource, context: MoveContext): Promise<Tally[]> {
  const participants = new Tally('participants', await from.count('channel_participants'));
  const channels = await arrive(
    {
      kind: 'channels',
      source: await from.count('channels'),
      portions: () => mapped(from.channels(), arrivingChannel),
      add: async (tenant, rows) => {
        const added = new Set(await tenant.arrivals.addChannels(rows));
        for (const { id, participants: entities } of rows) if (added.has(id)) participants.added += entities.length;
        return added.size;
      },
      count: async (tenant, rows) => {
        const here = new Set(
          await tenant.arrivals.present(
            'channels',
            rows.map(({ id }) => id),
          ),
        );
        const pairs = rows.flatMap(({ id, participants: entities }) =>
          entities.map((entityId) => ({ channelId: id, entityId })),
        );
        const found = await tenant.arrivals.countParticipants(pairs);
        const inChannels = pairs.filter(({ channelId }) => here.has(channelId)).length;
        participants.found += found;
        participants.leave('left channels that are here', inChannels - found);
        if (context.dryRun) participants.added += pairs.length - inChannels;
        return here.size;
      },
    },
    context,
  );
  return [channels, participants];
}

function arrivingChannel({ serverId, metadata, ...channel }: ElizaosChannel): ArrivingChannel {
  return { ...channel, messageServerId: serverId, metadata: metadata ?? {} };
}
