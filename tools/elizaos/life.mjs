import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Caller } from './caller.mjs';

const NIL = '00000000-0000-0000-0000-000000000000';
const ALICE = 'aaaaaaaa-0000-4000-8000-000000000001';
const CARL = 'cccccccc-0000-4000-8000-000000000002';
/** For what goes on behind an answer: evaluators, embeddings, logs. */
const SETTLED_AFTER = 3000;

/**
 * Lives through what an installation sees: people and agents in channels of all kinds, outside messages, deletions,
 * memories, worlds, rooms and files, all of it through the server's own API. Answers the ids it met.
 */
export async function live({ server, data, address }) {
  const rest = new Caller(address);
  const ids = { alice: ALICE, carl: CARL };
  for (const { id, name } of (await rest.get('/api/agents')).agents) ids[name.toLowerCase()] = id;
  await makePlaces(rest, ids);
  await talk(rest, ids);
  await outside(rest, ids);
  await answersThatWereWaitedFor(rest, ids);
  await delay(SETTLED_AFTER);
  await remember(server, rest, ids);
  await forget(rest, ids);
  await files(rest, ids, data);
  await delay(SETTLED_AFTER);
  return ids;
}

async function makePlaces(rest, ids) {
  const branch = { name: 'Branch', sourceType: 'discord', sourceId: 'guild-1', metadata: { region: 'eu' } };
  ids.branch = (await rest.post('/api/messaging/message-servers', branch)).server.id;
  const cora = { name: 'Cora', bio: ['Cora waits.'], settings: { secrets: { SOME_KEY: 'recorded-cora' } } };
  ids.cora = (await rest.post('/api/agents', { agent: cora })).id;
  await rest.post(`/api/messaging/message-servers/${NIL}/agents`, { agentId: ids.cora });
  const dm = (agent) =>
    rest.get(`/api/messaging/dm-channel?currentUserId=${ALICE}&targetUserId=${agent}&dmServerId=${NIL}`);
  ids.direct = (await dm(ids.ada)).id;
  ids.cleared = (await dm(ids.bert)).id;
  const channel = async (name, server, participants, metadata) =>
    (
      await rest.post('/api/messaging/channels', {
        name,
        message_server_id: server,
        participantCentralUserIds: participants,
        type: 'GROUP',
        metadata,
      })
    ).id;
  ids.group = await channel('Round table', NIL, [ALICE, ids.ada, ids.bert], { topic: 'engines' });
  ids.outside = await channel('general', ids.branch, [ALICE, CARL], {});
  ids.empty = await channel('Nobody spoke', NIL, [], {});
  ids.removed = await channel('Gone', NIL, [ALICE, ids.ada], {});
}

async function talk(rest, ids) {
  const alice = await rest.connect(ALICE);
  const dm = { messageServerId: NIL, metadata: { isDm: true, channelType: 'DM' } };
  await alice.join(ids.direct, NIL);
  for (const text of ['Hello Ada', 'What is ½ × 2? “Quote” 🎲', 'Third']) await alice.say(ids.direct, { ...dm, text });
  const attachments = [{ id: 'a1', url: 'https://example.org/a.png', title: 'a.png', contentType: 'image/png' }];
  await alice.join(ids.group, NIL);
  const group = { messageServerId: NIL, metadata: { channelType: 'GROUP' }, replies: 2 };
  await alice.say(ids.group, { ...group, text: 'Ada and Bert, good morning', attachments });
  await alice.join(ids.cleared, NIL);
  await alice.say(ids.cleared, { ...dm, text: 'Forget this' });
  await alice.join(ids.removed, NIL);
  await alice.say(ids.removed, { ...group, replies: 1, text: 'This channel goes' });
  alice.close();
}

/** What comes from other platforms, several at the very same time, and what agents do beside talking. */
async function outside(rest, ids) {
  const from = { channel_id: ids.outside, message_server_id: ids.branch, author_display_name: 'Carl' };
  const said = (number) => ({
    ...from,
    author_id: CARL,
    content: `Outside ${number}`,
    source_type: 'discord',
    source_id: `d-${number}`,
    raw_message: { number },
  });
  await Promise.all(
    Array.from({ length: 25 }, (_, number) => rest.post('/api/messaging/ingest-external', said(number))),
  );
  const action = await rest.post('/api/messaging/action', {
    channel_id: ids.group,
    message_server_id: NIL,
    author_id: ids.ada,
    content: 'Executing action: COUNT',
    source_type: 'agent_action',
    raw_message: { actionStatus: 'executing', actions: ['COUNT'] },
    metadata: { agentName: 'Ada' },
  });
  ids.action = action.id;
  await rest.call('PATCH', `/api/messaging/action/${action.id}`, {
    content: 'Counted',
    raw_message: { actionStatus: 'completed', actions: ['COUNT'] },
  });
}

/** Replies that were waited for are kept by agents only: the server stores them in no channel. */
async function answersThatWereWaitedFor(rest, ids) {
  const message = { author_id: ALICE, content: 'Wait for it', message_server_id: NIL, transport: 'http' };
  await rest.post(`/api/messaging/channels/${ids.direct}/messages`, message);
  const session = await rest.post('/api/messaging/sessions', { agentId: ids.bert, userId: CARL });
  ids.session = session.channelId;
  await rest.post(`/api/messaging/sessions/${session.sessionId}/messages`, {
    content: 'In a session',
    transport: 'http',
  });
}

async function remember(server, rest, ids) {
  await rest.post(`/api/agents/${ids.ada}/worlds`, { name: 'Workshop', metadata: { floor: 1 } });
  const room = { name: 'Den', type: 'DM', source: 'client', metadata: { lit: true } };
  ids.den = (await rest.post(`/api/memory/${ids.ada}/rooms`, room)).id;
  const ada = server.getAgent(ids.ada);
  const remembered = (id, type, content, metadata) =>
    ada.createMemory(
      { id, entityId: ids.ada, agentId: ids.ada, roomId: ids.den, content, metadata, createdAt: Date.now() },
      type,
    );
  ids.document = 'dddddddd-0000-4000-8000-000000000001';
  const document = { type: 'document', timestamp: 1_700_000_000_000, title: 'Notes' };
  await remembered(ids.document, 'documents', { text: 'A long text on engines.' }, document);
  const fragment = { type: 'fragment', documentId: ids.document, position: 0, timestamp: 1_700_000_000_000 };
  await remembered('dddddddd-0000-4000-8000-000000000002', 'knowledge', { text: 'A long text' }, fragment);
  await remembered('dddddddd-0000-4000-8000-000000000003', 'facts', { text: 'Engines weave.' }, { type: 'custom' });
}

async function forget(rest, ids) {
  const { memories } = await rest.get(`/api/memory/${ids.ada}/memories?channelId=${ids.direct}`);
  const oldest = memories.sort((one, other) => one.createdAt - other.createdAt);
  const of = (text) => oldest.find(({ content }) => content.text === text);
  ids.changedMemory = of('Hello Ada').id;
  const changed = { content: { ...of('Hello Ada').content, text: 'Hello, Ada said I' } };
  await rest.call('PATCH', `/api/memory/${ids.ada}/memories/${ids.changedMemory}`, changed);
  const reply = oldest.find(({ entityId }) => entityId === ids.ada);
  ids.forgottenReply = reply.id;
  await rest.call('DELETE', `/api/memory/${ids.ada}/memories/${reply.id}`);
  const { messages } = await rest.get(`/api/messaging/channels/${ids.direct}/messages?limit=50`);
  const third = messages.find(({ content }) => content === 'Third');
  ids.deletedMessage = third.id;
  await rest.call('DELETE', `/api/messaging/channels/${ids.direct}/messages/${third.id}`);
  await rest.call('DELETE', `/api/messaging/channels/${ids.cleared}/messages`);
  await rest.call('DELETE', `/api/messaging/channels/${ids.removed}`);
}

async function files(rest, ids, data) {
  const note = { name: 'note.txt', type: 'text/plain', text: 'A note.' };
  ids.agentFile = await rest.upload(`/api/media/agents/${ids.ada}/upload-media`, note);
  ids.channelFile = await rest.upload(`/api/messaging/channels/${ids.group}/upload-media`, {
    ...note,
    text: 'Shared.',
  });
  const generated = path.join(data, 'data/generated', ids.ada);
  mkdirSync(generated, { recursive: true });
  writeFileSync(path.join(generated, 'drawing.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
}
