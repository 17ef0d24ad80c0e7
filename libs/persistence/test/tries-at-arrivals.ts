import { newId, type Uuid } from '@app/contracts';
import type { ArrivingMessage, TenantScope } from '@app/persistence';
import type { Ids } from './tries-in-scope.js';

const times = { createdAt: new Date(), updatedAt: new Date() };
const source = { sourceType: 'x', sourceId: null, metadata: {} };

/** What somebody who moves in can try with what another tenant has. */
export const ARRIVING: Record<string, (scope: TenantScope, ids: Ids) => Promise<unknown>> = {
  'arrivals.addAgents': (scope, { agent }) =>
    scope.arrivals.addAgents([{ id: agent, name: 'B', character: { name: 'B' }, enabled: true, ...times }]),
  'arrivals.addServers': (scope, { server }) =>
    scope.arrivals.addServers([{ id: server, name: 'B', ...source, sourceType: 'b', ...times }]),
  'arrivals.addChannels': (scope, { channel, server, agent }) => {
    const place = { id: channel, messageServerId: server, participants: [agent], topic: null };
    return scope.arrivals.addChannels([{ ...place, name: 'B', type: 'DM', ...source, ...times }]);
  },
  'arrivals.addServerAgents': (scope, { server, agent }) =>
    scope.arrivals.addServerAgents([{ serverId: server, agentId: agent }]),
  'arrivals.addWorlds': (scope, { agent, memory }) =>
    scope.arrivals.addWorlds([
      { agentId: agent, id: memory, name: 'B', messageServerId: null, metadata: {}, ...times },
    ]),
  'arrivals.addRooms': (scope, { agent, memory }) => {
    const room = { agentId: agent, id: memory, name: 'B', source: 'x', type: 'DM', worldId: memory };
    return scope.arrivals.addRooms([{ ...room, messageServerId: null, metadata: {}, ...times }]);
  },
  'arrivals.addMemories': (scope, { agent, memory }) => {
    const fact = { agentId: agent, id: memory, type: 'facts', content: { text: 'b' }, metadata: {}, isUnique: false };
    return scope.arrivals.addMemories([{ ...fact, roomId: null, worldId: null, entityId: null, ...times }]);
  },
  'arrivals.addOverrides': (scope, { agent, message }) =>
    scope.arrivals.addOverrides([{ agentId: agent, messageId: message, content: null }]),
  'arrivals.present': async (scope, { agent, server, channel, message }) => [
    await scope.arrivals.present('agents', [agent]),
    await scope.arrivals.present('message_servers', [server]),
    await scope.arrivals.present('channels', [channel]),
    await scope.arrivals.present('messages', [message]),
  ],
  'arrivals.countParticipants': (scope, { channel, agent }) =>
    scope.arrivals.countParticipants([{ channelId: channel, entityId: agent }]),
  'arrivals.countServerAgents': (scope, { server, agent }) =>
    scope.arrivals.countServerAgents([{ serverId: server, agentId: agent }]),
  'arrivals.countKeepsakes': async (scope, { agent, memory }) => [
    await scope.arrivals.countKeepsakes('worlds', [{ agentId: agent, id: memory }]),
    await scope.arrivals.countKeepsakes('rooms', [{ agentId: agent, id: memory }]),
    await scope.arrivals.countKeepsakes('memories', [{ agentId: agent, id: memory }]),
  ],
  'arrivals.countOverrides': (scope, { agent, message }) =>
    scope.arrivals.countOverrides([{ agentId: agent, messageId: message }]),
  'arrivingMessages.add': (scope, { channel, message }) => scope.arrivingMessages.add([arriving(channel, message)]),
  'arrivingMessages.noteFiles': (scope, { message }) => scope.arrivingMessages.noteFiles([message]),
  'arrivingMessages.deleted': async (scope, { channel }) => {
    const { messageIds, upTo } = await scope.arrivingMessages.deleted(channel);
    return [[...messageIds], upTo];
  },
};

function arriving(channelId: Uuid, id: Uuid): ArrivingMessage {
  const said = { id, channelId, authorId: newId(), authorName: null, content: 'b', ...source };
  return { ...said, inReplyTo: null, rawMessage: null, ...times };
}
