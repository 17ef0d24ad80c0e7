import { newId, type Uuid } from '@app/contracts';
import { ARCHIVED_TABLES } from '@app/persistence';
import type {
  AuditAct,
  MessageRow,
  NewMedia,
  NewApiKey,
  NewJob,
  NewSession,
  SealedTokenIssuer,
  TenantScope,
} from '@app/persistence';
import { ARRIVING } from './tries-at-arrivals.js';
import { REMEMBERING } from './tries-at-memories.js';

/** Ids of things: those of another tenant, or ones that do not exist at all. */
export interface Ids {
  server: Uuid;
  agent: Uuid;
  channel: Uuid;
  message: Uuid;
  turn: Uuid;
  /** Of a memory, a room, a world, a log and a file. */
  memory: Uuid;
  session: Uuid;
  job: Uuid;
  key: Uuid;
  issuer: Uuid;
}

/** What tenant B can try with ids that are not its own, method by method. A new method must join. */
export const IN_SCOPE: Record<string, (scope: TenantScope, ids: Ids) => Promise<unknown>> = {
  'agents.list': (scope) => scope.agents.list(),
  'agents.enabledOn': (scope, { server }) => scope.agents.enabledOn(server),
  'agents.find': (scope, { agent }) => scope.agents.find(agent),
  'agents.findForUpdate': (scope, { agent }) => scope.agents.findForUpdate(agent),
  'agents.insert': (scope, { agent }) =>
    scope.agents.insert({ id: agent, name: 'B', character: { name: 'B' }, engine: 'native' }),
  'agents.updateCharacter': (scope, { agent }) => scope.agents.updateCharacter(agent, { name: 'Taken' }),
  'agents.setEnabled': (scope, { agent }) => scope.agents.setEnabled(agent, false),
  'agents.delete': (scope, { agent }) => scope.agents.delete(agent),
  'agents.countEnabled': (scope) => scope.agents.countEnabled(),
  'agentSecrets.names': (scope, { agent }) => scope.agentSecrets.names(agent),
  'agentSecrets.sealed': (scope, { agent }) => scope.agentSecrets.sealed(agent),
  'agentSecrets.put': (scope, { agent }) =>
    scope.agentSecrets.put(agent, [{ name: 'KEY', keyId: 'k', ciphertext: Buffer.from('b') }]),
  'agentSecrets.remove': (scope, { agent }) => scope.agentSecrets.remove(agent, ['KEY']),
  'apiKeys.list': async (scope) => (await scope.apiKeys.list()).map(({ name }) => name),
  'apiKeys.find': (scope, { key }) => scope.apiKeys.find(key),
  'apiKeys.proof': async (scope, { key }) => (await scope.apiKeys.proof(key))?.secretHash,
  'apiKeys.insert': async (scope, { key }) => (await scope.apiKeys.insert(someKey(key))).name,
  'apiKeys.rotate': (scope, { key }) => scope.apiKeys.rotate(key, Buffer.alloc(32), 1_000),
  'apiKeys.revoke': (scope, { key }) => scope.apiKeys.revoke(key),
  'apiKeys.noteUse': (scope, { key }) => scope.apiKeys.noteUse([key]),
  'channels.find': (scope, { channel }) => scope.channels.find(channel),
  'channels.findDirect': (scope, { server }) => scope.channels.findDirect(server, 'Channel'),
  'channels.findBySource': (scope) => scope.channels.findBySource('a', 'place'),
  'channels.listOfServer': (scope, { server }) => scope.channels.listOfServer(server),
  'channels.insert': (scope, { channel, server }) =>
    scope.channels.insert({ id: channel, messageServerId: server, name: 'B', type: 'DM', metadata: {} }),
  'channels.update': (scope, { channel }) => scope.channels.update(channel, { name: 'Taken' }),
  'channels.delete': (scope, { channel }) => scope.channels.delete(channel),
  'usage.storedBytes': (scope) => scope.usage.storedBytes(),
  'channels.lastSeq': (scope, { channel }) => scope.channels.lastSeq(channel),
  'messages.find': (scope, { message }) => scope.messages.find(message),
  'messages.page': (scope, { channel }) => scope.messages.page(channel, { limit: 10 }),
  'messages.seqAt': (scope, { channel }) => scope.messages.seqAt(channel, new Date()),
  'messages.eventsAfter': (scope, { channel }) => scope.messages.eventsAfter(channel, 0, 10),
  'messages.insert': (scope, { channel, message }) =>
    scope.messages.insert({ ...messageRow(channel), id: message }).then((answer) => answer?.stored),
  'messages.update': (scope, { message }) => scope.messages.update(message, { content: 'Taken' }),
  'messages.inChannel': (scope, { channel }) => scope.messages.inChannel(channel, { limit: 10, offset: 0 }),
  'messageSearch.find': (scope) => scope.messageSearch.find({ query: 'hello or tenant', limit: 10, offset: 0 }),
  'messages.delete': (scope, { channel, message }) => scope.messages.delete(channel, message),
  'messages.deleteOlder': (scope) => scope.messages.deleteOlder(new Date(), 10),
  'messages.clear': (scope, { channel }) => scope.messages.clear(channel),
  'messageServers.list': async (scope) => (await scope.messageServers.list()).length,
  'messageServers.find': (scope, { server }) => scope.messageServers.find(server),
  'messageServers.insert': (scope, { server }) =>
    scope.messageServers.insert({ id: server, name: 'B', sourceType: 'b', sourceId: null, metadata: null }),
  'messageServers.delete': (scope, { server }) => scope.messageServers.delete(server),
  'messageServers.agentsOf': (scope, { server }) => scope.messageServers.agentsOf(server),
  'messageServers.ofAgent': (scope, { agent }) => scope.messageServers.ofAgent(agent),
  'messageServers.addAgent': (scope, { server, agent }) => scope.messageServers.addAgent(server, agent),
  'messageServers.removeAgent': (scope, { server, agent }) => scope.messageServers.removeAgent(server, agent),
  'participants.list': (scope, { channel }) => scope.participants.list(channel),
  'participants.has': (scope, { channel, agent }) => scope.participants.has(channel, agent),
  'participants.people': (scope, { channel }) => scope.participants.people(channel),
  'participants.add': (scope, { channel, agent }) => scope.participants.add(channel, [agent]),
  'participants.remove': (scope, { channel, agent }) => scope.participants.remove(channel, agent),
  'participants.replace': (scope, { channel, agent }) => scope.participants.replace(channel, [agent]),
  'sessions.find': (scope, { session }) => scope.sessions.find(session),
  'sessions.insert': (scope, ids) => scope.sessions.insert(someSession(ids)),
  'sessions.renew': (scope, { session }) => scope.sessions.renew(session, { even: true }),
  'sessions.touch': (scope, { session }) => scope.sessions.touch(session),
  'sessions.setLimits': (scope, { session }) => scope.sessions.setLimits(session, LIMITS),
  'sessions.delete': (scope, { session }) => scope.sessions.delete([session]),
  'sessions.list': (scope) => scope.sessions.list({ limit: 10 }),
  'sessions.count': (scope) => scope.sessions.count(),
  'jobs.find': (scope, { job }) => scope.jobs.find(job),
  'jobs.insert': (scope, ids) => scope.jobs.insert(someJob(ids)),
  'jobs.delete': (scope, { job }) => scope.jobs.delete([job]),
  'jobs.list': (scope) => scope.jobs.list({ limit: 10 }),
  'jobs.count': (scope) => scope.jobs.count({}),
  'jobs.metrics': (scope) => scope.jobs.metrics(),
  ...ARRIVING,
  ...REMEMBERING,
  'settings.list': async (scope) => (await scope.settings.list()).map(({ name }) => name),
  'settings.replace': (scope) => scope.settings.replace([{ name: 'LANG', keyId: 'k', ciphertext: Buffer.from('b') }]),
  'tenant.find': async (scope) => (await scope.tenant.find())?.name,
  'tenant.insert': (scope) => scope.tenant.insert({ name: 'B' }),
  'tenant.update': (scope) => scope.tenant.update({ name: 'Taken' }),
  'people.isAgent': (scope, { agent }) => scope.people.isAgent(agent),
  'people.channels': (scope, { agent }) => scope.people.channels(agent, 10),
  'people.emptyChannel': (scope, { channel }) => scope.people.emptyChannel(channel, 10),
  'people.forgetRooms': (scope, { channel, agent }) => scope.people.forgetRooms(channel, [agent]),
  'people.walk': (scope, { agent }) => scope.people.walk(agent, undefined, 10),
  'people.eraseMessage': (scope, { message, channel }) =>
    scope.people.eraseMessage({ id: message, channelId: channel }),
  'people.forget': (scope, { agent }) => scope.people.forget('sessions', agent, 10),
  'people.export': (scope, { agent }) => scope.people.export('channels', { entityId: agent, page: 10 }),
  'people.giveUpFiles': (scope, { agent }) => scope.people.giveUpFiles(agent),
  'userErasures.request': async (scope, { agent }) => (await scope.userErasures.request(agent)).state,
  'userErasures.find': (scope, { job }) => scope.userErasures.find(job),
  'userErasures.claim': (scope, { job }) => scope.userErasures.claim(job, 1_000),
  'userErasures.keep': (scope, { job, agent }) =>
    scope.userErasures.keep(
      {
        ...{ id: job, entityId: agent, state: 'running', erased: {}, attempt: 1 },
        requestedAt: new Date(),
        finishedAt: null,
      },
      { holdMs: 1_000 },
    ),
  'tenant.close': (scope) => scope.tenant.close(),
  'tenant.setHosts': (scope) => scope.tenant.setHosts(['b.example.com']),
  'tokenIssuers.put': async (scope, { issuer }) => (await scope.tokenIssuers.put(someIssuer(issuer))) === issuer,
  'tokenIssuers.list': async (scope) => (await scope.tokenIssuers.list()).map((one) => one.audience),
  'tokenIssuers.delete': (scope, { issuer }) => scope.tokenIssuers.delete(issuer),
  'tokenIssuers.proof': async (scope) => (await scope.tokenIssuers.proof('https://issuer.example'))?.issuer?.ciphertext,
  'derivations.claim': (scope, { memory }) => scope.derivations.claim(memory, 1_000),
  'derivations.settle': (scope, { memory }) =>
    scope.derivations.settle({ mediaId: memory, attempt: 1 }, { facts: { b: true } }),
  'derivations.fail': (scope, { memory }) =>
    scope.derivations.fail({ mediaId: memory, attempt: 1 }, { fault: 'taken' }),
  'derivations.reserveFile': (scope, { memory }) =>
    scope.derivations.reserveFile(memory, { ...someFile(NOWHERE), ownerKind: 'agent' }, 60_000),
  'derivations.find': async (scope, { memory }) => (await scope.derivations.find(memory))?.state,
  'derivations.files': async (scope, { memory }) => (await scope.derivations.files(memory)).length,
  'media.doom': (scope, { memory }) => scope.media.doom(memory),
  'media.giveUp': (scope) => scope.media.giveUp(10),
  'media.count': (scope) => scope.media.count(),
  'media.forget': (scope, { memory }) => scope.media.forget(memory),
  'media.claimSwept': async (scope, { memory }) => (await scope.media.claimSwept([memory], 1_000)).length,
  'media.takeBack': (scope, ids) => scope.media.takeBack(someFile(ids)),
  'media.findAt': async (scope, ids) => (await scope.media.findAt(someFile(ids)))?.state,
  'media.page': async (scope) => (await scope.media.page('channel', { limit: 10 })).length,
  'media.letGo': (scope, { memory }) => scope.media.letGo(memory),
  'media.isComing': (scope, ids) => scope.media.isComing(someFile(ids)),
  'audit.append': (scope, { agent }) => scope.audit.append(someAct(agent)),
  'archive.page': (scope) => scope.archive.page(AGENTS, undefined, 10),
  'archive.count': (scope) => scope.archive.count(AGENTS),
  'archive.store': (scope, { agent }) =>
    scope.archive.store(AGENTS, [JSON.stringify({ id: agent, name: 'B', character: { name: 'B' }, engine: 'native' })]),
  'audit.at': async (scope) => (await scope.audit.at([{ micros: 1, entry: 1 }])).length,
  'audit.page': async (scope) => (await scope.audit.page({ limit: 10 })).length,
  'usage.note': (scope, { turn }) => scope.usage.note([{ kind: 'toolCalls', quantity: 1, subjectId: turn }]),
  'usage.months': async (scope) => (await scope.usage.months('2020-01-01', '2020-01-31')).length,
  'usage.usedUp': (scope) => scope.usage.usedUp(['messages']),
  'queue.page': async (scope) =>
    (await scope.queue.page({ state: 'waiting', limit: 10 })).map(({ agentId }) => agentId),
  'queue.find': (scope, { turn }) => scope.queue.find(turn),
  'queue.revive': (scope, { turn }) => scope.queue.revive(turn),
  'queue.discard': (scope, { turn }) => scope.queue.discard(turn),
  'turns.ofMessages': (scope, { message }) => scope.turns.ofMessages([message]),
  'turnLives.of': async (scope, { turn, message }) => [
    await scope.turnLives.of(turn),
    await scope.turnLives.of(message),
  ],
  'turns.cancelAnswers': (scope, { channel, message }) => scope.turns.cancelAnswers(channel, message),
  'turns.cancelSome': (scope) => scope.turns.cancelSome('gone'),
  'turns.beginEffect': (scope, { turn }) => scope.turns.beginEffect(turn, 'mail'),
  'uploads.insert': (scope, ids) =>
    scope.uploads.insert({ ...someFile(ids), way: 'parts' }, 60_000).then(() => 'begun'),
  'uploads.name': (scope, { memory }) => scope.uploads.name(memory, 'taken'),
  'uploads.find': async (scope, { memory }) => (await scope.uploads.find(memory))?.state,
  'uploads.take': (scope, { memory }) => scope.uploads.take(memory, 1_000),
  'uploads.hold': (scope, { memory }) => scope.uploads.hold(memory),
  'uploads.publish': (scope, { memory }) => scope.uploads.publish(memory, { type: 'image/png', checksum: 'b' }),
  'uploads.refuse': (scope, { memory }) => scope.uploads.refuse(memory, { code: 'FILE_REFUSED', message: 'taken' }),
  'uploads.abort': (scope, { memory }) => scope.uploads.abort(memory),
  'uploads.findExpired': (scope, { memory }) => scope.uploads.findExpired(memory),
  'uploads.forget': (scope, { memory }) => scope.uploads.forget(memory),
  'turns.finishEffect': (scope, { turn }) => scope.turns.finishEffect(turn, 'mail', {}),
};

/** A file of a channel, on its way in. */
/** Ids that nothing has. */
const NOWHERE: Pick<Ids, 'memory' | 'channel'> = { memory: newId(), channel: newId() };

export function someFile({ memory, channel }: Pick<Ids, 'memory' | 'channel'>): NewMedia {
  const about = { originalName: 'KEY.png', type: 'image/png', size: 10 };
  return { id: memory, ownerKind: 'channel', ownerId: channel, file: `${memory}.png`, ...about };
}

/** Somebody did something to an agent. */
export function someAct(objectId: Uuid): AuditAct {
  return { actorKind: 'key', actor: 'key:KEY', action: 'agent.update', objectType: 'agent', objectId, outcome: 'done' };
}

const AGENTS = ARCHIVED_TABLES.find(({ name }) => name === 'agents')!;

const LIMITS = { timeoutMinutes: 30, autoRenew: true, maxDurationMinutes: 60, warningThresholdMinutes: 5 };

export function someKey(id: Uuid): NewApiKey {
  return { id, name: 'A key', scopes: ['*'], secretHash: Buffer.alloc(32, 1) };
}

export function someIssuer(id: Uuid): SealedTokenIssuer {
  return {
    ...{ id, issuer: 'https://issuer.example', audience: 'chat', algorithms: ['HS256'], jwksUrl: null },
    ...{ entityClaim: null, scopesClaim: 'scope', defaultScopes: [], keyId: 'k', ciphertext: Buffer.from('a') },
  };
}

export function someSession({ session, channel, agent }: Ids): NewSession {
  return { id: session, channelId: channel, agentId: agent, userId: newId(), metadata: { of: 'KEY' }, ...LIMITS };
}

export function someJob({ job, channel, agent }: Ids): NewJob {
  return {
    id: job,
    channelId: channel,
    agentId: agent,
    userId: newId(),
    content: 'KEY',
    metadata: {},
    timeoutMs: 1_000,
  };
}

function messageRow(channelId: Uuid): Omit<MessageRow, 'id'> {
  const nothing = { sourceType: null, sourceId: null, inReplyTo: null, rawMessage: null, clientMessageId: null };
  return { ...nothing, channelId, authorId: newId(), authorName: null, content: 'b', metadata: {} };
}
