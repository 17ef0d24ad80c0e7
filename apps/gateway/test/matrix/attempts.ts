import { DEFAULT_MESSAGE_SERVER_ID, SOCKET_MESSAGE_TYPE } from '@app/contracts';
import type { Attempt as AttemptWith } from '@app/testing';
import type { Ids } from './ids.js';

/** What is tried with ids of what the gateway serves. */
export type Attempt = AttemptWith<Ids>;

const read: Attempt = { kind: 'read' };
const list: Attempt = { kind: 'list' };
const write: Attempt = { kind: 'write' };
const said = { content: 'taken', name: 'Taken' };

/** Sends of one message: to a channel alone, and with a server on which it might be made. */
const posting: Attempt[] = [
  {
    kind: 'write',
    body: ({ message }, { entity }) => ({ ...said, author_id: entity, in_reply_to_message_id: message }),
  },
  { kind: 'write', body: ({ server }, { entity }) => ({ ...said, author_id: entity, message_server_id: server }) },
  {
    kind: 'write',
    body: ({ server }, { entity }) => ({ ...said, author_id: entity, server_id: server, transport: 'http' }),
  },
  {
    kind: 'write',
    body: ({ server }, { entity }) => ({ ...said, author_id: entity, server_id: server, transport: 'sse' }),
  },
  { kind: 'write', body: ({ entity }) => ({ ...said, author_id: entity }) },
];
const submitting: Attempt[] = [
  { kind: 'write', body: ({ channel, agent }) => ({ ...said, channel_id: channel, author_id: agent }) },
  {
    kind: 'write',
    body: ({ message, entity }, { channel }) => ({
      ...said,
      channel_id: channel,
      author_id: entity,
      messageId: message,
    }),
    makes: true,
  },
];
const memories: Attempt[] = [
  { kind: 'list', query: ({ channel }) => ({ channelId: channel }) },
  { kind: 'list', query: ({ room }) => ({ roomId: room, tableName: 'facts' }) },
  { kind: 'list', query: () => ({ tableName: 'facts' }) },
];
const rooms: Attempt = {
  kind: 'write',
  body: ({ world, server }) => ({ ...said, worldId: world, messageServerId: server }),
};
const groups: Attempt[] = [{ kind: 'write', body: ({ agent, world }) => ({ agentIds: [agent], worldId: world }) }];
const searching: Attempt[] = [
  { kind: 'search', body: ({ channel }) => ({ channelId: channel }) },
  { kind: 'search', body: ({ channel, entity }) => ({ query: 'canary', channelId: channel, authorId: entity }) },
  { kind: 'search', body: () => ({ query: 'canary' }) },
];
const moving = ({ room, world, entity }: Ids): object => ({ roomId: room, worldId: world, entityId: entity });

/** Whatever can be tried, by the door it is tried at. A door that is missing here fails the suite. */
export const ATTEMPTS: Record<string, Attempt[]> = {
  'ALL /api/tee/*path': [read],
  'DELETE /api/agents/:agentId': [write],
  'DELETE /api/agents/:agentId/logs/:logId': [write],
  'DELETE /api/agents/:agentId/memories': [write],
  'DELETE /api/agents/:agentId/memories/:memoryId': [write],
  'DELETE /api/agents/:agentId/memories/all/:roomId': [write],
  'DELETE /api/agents/groups/:worldId': [write],
  'DELETE /api/agents/groups/:worldId/memories': [write],
  'DELETE /api/memory/:agentId/memories': [write],
  'DELETE /api/memory/:agentId/memories/:memoryId': [write],
  'DELETE /api/memory/:agentId/memories/all/:roomId': [write],
  'DELETE /api/memory/groups/:worldId': [write],
  'DELETE /api/memory/groups/:worldId/memories': [write],
  'DELETE /api/messaging/channels/:channelId': [write],
  'DELETE /api/messaging/channels/:channelId/agents/:agentId': [write],
  'DELETE /api/messaging/channels/:channelId/messages': [write],
  'DELETE /api/messaging/channels/:channelId/messages/:messageId': [write],
  'DELETE /api/messaging/message-servers/:serverId': [write],
  'DELETE /api/messaging/message-servers/:serverId/agents/:agentId': [write],
  'DELETE /api/messaging/sessions/:sessionId': [write],
  'DELETE /api/server/logs': [write],
  'GET /api/agents': [list],
  'GET /api/agents/:agentId': [read],
  'GET /api/agents/:agentId/logs': [list, { kind: 'list', query: ({ room }) => ({ roomId: room }) }],
  'GET /api/agents/:agentId/memories': memories,
  'GET /api/agents/:agentId/panels': [list],
  'GET /api/agents/:agentId/rooms': [list],
  'GET /api/agents/:agentId/rooms/:roomId': [read],
  'GET /api/agents/:agentId/rooms/:roomId/memories': [list],
  'GET /api/agents/:agentId/runs': [list, { kind: 'list', query: ({ room }) => ({ roomId: room }) }],
  'GET /api/agents/:agentId/runs/:runId': [read],
  'GET /api/agents/worlds': [list],
  'GET /api/memory/:agentId/memories': memories,
  'GET /api/memory/:agentId/rooms': [list],
  'GET /api/memory/:agentId/rooms/:roomId': [read],
  'GET /api/memory/:agentId/rooms/:roomId/memories': [list],
  'GET /api/messaging/agents/:agentId/message-servers': [list],
  'GET /api/messaging/central-servers': [list],
  'GET /api/messaging/channels/:channelId/agents': [list],
  'GET /api/messaging/channels/:channelId/details': [read],
  'GET /api/messaging/channels/:channelId/messages': [list],
  'GET /api/messaging/channels/:channelId/participants': [list],
  'GET /api/messaging/dm-channel': [
    {
      kind: 'write',
      query: ({ entity, server }, own) => ({ currentUserId: own.entity, targetUserId: entity, dmServerId: server }),
    },
    { kind: 'read', query: ({ entity, agent }) => ({ currentUserId: entity, targetUserId: agent }), makes: true },
  ],
  // Closed to callers of tenants, whatever they ask for.
  'GET /api/admin/tenants': [list],
  'GET /api/admin/tenants/:tenantId': [read],
  'GET /api/admin/tenants/:tenantId/keys': [list],
  'GET /api/admin/tenants/:tenantId/token-issuers': [list],
  'GET /api/admin/tenants/:tenantId/limits': [read],
  'GET /api/admin/tenants/:tenantId/usage': [read],
  'GET /api/admin/usage': [list],
  'GET /api/admin/audit': [list, { kind: 'list', query: ({ tenant }) => ({ tenantId: tenant }) }],
  'GET /api/admin/queue': [list],
  'GET /api/admin/tenants/:tenantId/queue': [read],
  'GET /api/admin/tenants/:tenantId/turns': [list],
  'GET /api/admin/tenants/:tenantId/turns/:turnId': [read],
  'POST /api/admin/tenants/:tenantId/turns/retry': [{ kind: 'write', body: () => ({}) }],
  'POST /api/admin/tenants/:tenantId/turns/discard': [{ kind: 'write', body: () => ({}) }],
  'POST /api/admin/tenants/:tenantId/turns/:turnId/retry': [write],
  'POST /api/admin/tenants/:tenantId/turns/:turnId/discard': [write],
  'GET /api/admin/plans': [list],
  'GET /api/admin/plans/:planName': [read],
  'PUT /api/admin/plans/:planName': [{ kind: 'write', body: () => ({ quotas: { messages: 0 } }) }],
  'DELETE /api/admin/plans/:planName': [write],
  'DELETE /api/users/:entityId': [write],
  'GET /api/users/erasures/:erasureId': [read],
  'POST /api/users/:entityId/export': [list],
  'GET /api/admin/erasures': [list],
  'GET /api/admin/erasures/:erasureId': [read],
  'DELETE /api/admin/tenants/:tenantId': [write],
  'POST /api/admin/tenants': [{ kind: 'write', body: () => said }],
  'POST /api/admin/tenants/:tenantId/keys': [{ kind: 'write', body: () => ({ ...said, scopes: ['*'] }) }],
  'POST /api/admin/tenants/:tenantId/keys/:keyId/rotate': [{ kind: 'write', body: () => ({}) }],
  'PATCH /api/admin/tenants/:tenantId': [{ kind: 'write', body: () => ({ ...said, status: 'suspended' }) }],
  'PUT /api/admin/tenants/:tenantId/token-issuers': [
    { kind: 'write', body: () => ({ issuer: 'https://taken.example', audience: 'chat', secret: 's'.repeat(32) }) },
  ],
  'DELETE /api/admin/tenants/:tenantId/keys/:keyId': [write],
  'DELETE /api/admin/tenants/:tenantId/token-issuers/:issuerId': [write],
  'GET /api/messaging/jobs': [list],
  'GET /api/audit': [list, { kind: 'search', query: ({ agent }) => ({ objectId: agent }) }],
  'GET /api/messaging/jobs/:jobId': [read],
  'GET /api/messaging/jobs/health': [read],
  'GET /api/messaging/message-server/current': [read],
  'GET /api/messaging/message-servers': [list],
  'GET /api/messaging/message-servers/:serverId/agents': [list],
  'GET /api/messaging/message-servers/:serverId/channels': [list],
  'GET /api/messaging/messages/:messageId': [read],
  'GET /api/messaging/messages/search': [
    { kind: 'search', query: ({ channel }) => ({ channelId: channel, query: 'canary' }) },
    { kind: 'search', query: () => ({ query: 'canary' }) },
  ],
  'GET /api/messaging/sessions': [list],
  'GET /api/messaging/sessions/:sessionId': [read],
  'GET /api/messaging/sessions/:sessionId/messages': [list],
  'GET /api/messaging/sessions/health': [read],
  'GET /api/server/debug/servers': [list],
  'GET /api/server/health': [read],
  'GET /api/server/hello': [read],
  'GET /api/server/logs': [{ kind: 'list', query: ({ agent }) => ({ agentId: agent }) }],
  'GET /api/server/ping': [read],
  'GET /api/server/status': [read],
  'GET /api/system/config': [read],
  'GET /api/system/env/local': [read],
  'GET /api/system/version': [read],
  'GET /api/tee/info': [read],
  'GET /api/tee/key': [read],
  'GET /api/tee/quote': [{ kind: 'read', query: () => ({ nonce: 'ab' }) }],
  'GET /api/usage': [read],
  'GET /health': [read],
  'GET /healthz': [read],
  'PATCH /api/agents/:agentId': [{ kind: 'write', body: () => ({ name: 'Taken' }) }],
  'PATCH /api/agents/:agentId/memories/:memoryId': [{ kind: 'write', body: moving }],
  'PATCH /api/agents/:agentId/worlds/:worldId': [{ kind: 'write', body: () => said }],
  'PATCH /api/memory/:agentId/memories/:memoryId': [{ kind: 'write', body: moving }],
  'PATCH /api/messaging/action/:messageId': [
    { kind: 'write', body: ({ message }) => ({ in_reply_to_message_id: message }) },
  ],
  'PATCH /api/messaging/channels/:channelId': [
    { kind: 'write', body: ({ entity }, own) => ({ ...said, participantCentralUserIds: [own.entity, entity] }) },
  ],
  'PATCH /api/messaging/messages/:messageId': [{ kind: 'write', body: () => said }],
  'PATCH /api/messaging/sessions/:sessionId/timeout': [{ kind: 'write', body: () => ({ timeoutMinutes: 60 }) }],
  'POST /api/agents': [
    { kind: 'write', body: ({ agent }) => ({ agent: { id: agent, name: 'Taken' } }), makes: true },
    { kind: 'write', body: ({ agent }) => ({ characterJson: { id: agent, name: 'Taken' } }), makes: true },
  ],
  'POST /api/agents/:agentId/rooms': [rooms],
  'POST /api/agents/:agentId/start': [write],
  'POST /api/agents/:agentId/stop': [write],
  'POST /api/agents/:agentId/worlds': [
    { kind: 'write', body: ({ world }) => ({ worldId: world }) },
    { kind: 'write', body: ({ server }) => ({ worldId: server }) },
  ],
  'POST /api/agents/groups/:worldId': groups,
  'POST /api/memory/:agentId/rooms': [rooms],
  'POST /api/memory/groups/:worldId': groups,
  'POST /api/messaging/action': submitting,
  'POST /api/messaging/channels': [
    {
      kind: 'write',
      body: ({ server }, { entity }) => ({ ...said, server_id: server, participantCentralUserIds: [entity] }),
    },
    {
      kind: 'write',
      body: ({ entity }) => ({ ...said, server_id: DEFAULT_MESSAGE_SERVER_ID, participantCentralUserIds: [entity] }),
    },
  ],
  'POST /api/messaging/channels/:channelId/agents': [{ kind: 'write', body: ({ agent }) => ({ agentId: agent }) }],
  'POST /api/messaging/channels/:channelId/generate-title': [
    { kind: 'read', body: ({ agent }) => ({ agentId: agent }) },
  ],
  'POST /api/messaging/channels/:channelId/messages': posting,
  'POST /api/messaging/channels/:channelId/messages/:messageId/cancel': [write],
  'POST /api/messaging/complete': [
    { kind: 'write', body: ({ message }) => ({ messageId: message, status: 'failed' }) },
    { kind: 'write', body: ({ channel }) => ({ channel_id: channel }) },
  ],
  'POST /api/messaging/ingest-external': [
    { kind: 'write', body: ({ channel, entity }) => ({ ...said, channel_id: channel, author_id: entity }) },
    {
      kind: 'write',
      body: ({ channel }) => ({ platform: 'x', channelId: channel, messages: [{ ...said, authorId: 'x' }] }),
    },
  ],
  'POST /api/messaging/jobs': [
    { kind: 'write', body: ({ agent }, { entity }) => ({ ...said, agentId: agent, userId: entity }) },
    { kind: 'write', body: ({ entity }, { agent }) => ({ ...said, agentId: agent, userId: entity }) },
  ],
  'POST /api/messaging/message-servers': [
    { kind: 'write', body: ({ server }) => ({ ...said, id: server, sourceType: 'x' }) },
  ],
  'POST /api/messaging/message-servers/:serverId/agents': [
    { kind: 'write', body: ({ agent }) => ({ agentId: agent }) },
  ],
  'POST /api/messaging/message-servers/:serverId/sync-channels': [{ kind: 'write', body: () => ({ channels: [] }) }],
  'POST /api/messaging/messages/search': searching,
  'POST /api/messaging/sessions': [
    { kind: 'write', body: ({ agent }, { entity }) => ({ agentId: agent, userId: entity }) },
    { kind: 'write', body: ({ entity }, { agent }) => ({ agentId: agent, userId: entity }) },
  ],
  'POST /api/messaging/sessions/:sessionId/heartbeat': [write],
  'POST /api/messaging/sessions/:sessionId/messages': [
    { kind: 'write', body: () => said },
    { kind: 'write', body: () => ({ ...said, transport: 'http' }) },
  ],
  'POST /api/messaging/sessions/:sessionId/renew': [write],
  'POST /api/messaging/submit': submitting,
  'POST /api/server/logs': [{ kind: 'list', query: ({ agent }) => ({ agentId: agent }), body: () => ({}) }],
  'POST /api/server/stop': [write],
  'POST /api/system/env/local': [{ kind: 'write', body: () => ({ content: { LANG: 'x' } }) }],
};

const join = ({ channel, entity, server }: Ids): object => ({
  channelId: channel,
  entityId: entity,
  messageServerId: server,
});
const send = ({ channel, server }: Ids, own: Ids): object => ({
  ...{ channelId: channel, messageServerId: server, senderId: own.entity, message: 'taken', messageId: 'client-1' },
});
const sendAs = (ids: Ids, own: Ids): object => ({ ...send(ids, own), senderId: ids.entity });
const JOINS: Attempt[] = [
  { kind: 'subscribe', body: ({ channel }) => ({ channelId: channel }) },
  { kind: 'subscribe', body: ({ channel }) => ({ roomId: channel }) },
  { kind: 'subscribe', body: join },
];
const SENDS: Attempt[] = [
  { kind: 'write', body: send },
  { kind: 'write', body: sendAs },
];
const framed = (type: number, attempts: Attempt[]): Attempt[] =>
  attempts.map(({ kind, body }) => ({ kind, body: (ids, own) => ({ type, payload: body!(ids, own) }) }));

/** The same for what sockets may send. */
export const SOCKET_ATTEMPTS: Record<string, Attempt[]> = {
  'socket 1': JOINS,
  'socket 2': SENDS,
  'socket ROOM_JOINING': JOINS,
  'socket SEND_MESSAGE': SENDS,
  'socket message': Object.values(SOCKET_MESSAGE_TYPE).flatMap((type) =>
    framed(type, type === SOCKET_MESSAGE_TYPE.SEND_MESSAGE ? SENDS : JOINS),
  ),
  'socket cancel_answers': [
    { kind: 'write', body: ({ channel, message }) => ({ channelId: channel, messageId: message }) },
  ],
  'socket subscribe_logs': [{ kind: 'subscribe' }],
  'socket update_log_filters': [{ kind: 'list', body: ({ agent }) => ({ agentName: agent }) }],
  'socket unsubscribe_logs': [{ kind: 'subscribe' }],
};
