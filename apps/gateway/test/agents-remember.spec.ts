import { DEFAULT_MESSAGE_SERVER_ID, DEFAULT_TENANT_ID, newId, ownId, type Uuid } from '@app/contracts';
import { somebody, TwoGateways } from './two-gateways.js';

interface MemoryOf {
  id: Uuid;
  createdAt: number;
  content: { text: string };
  [key: string]: unknown;
}

let fleet: TwoGateways;
let agent: Uuid;

beforeAll(async () => {
  fleet = await TwoGateways.start();
  agent = await fleet.agent('Ada');
});
afterAll(() => fleet.close());

const texts = (memories: MemoryOf[]): string[] => memories.map((memory) => memory.content.text);

async function inRoom(id: Uuid, params: object = {}, of = agent): Promise<MemoryOf[]> {
  const { memories } = await fleet.client.memory.getRoomMemories(of, id, params);
  return memories as MemoryOf[];
}

/** A fact the agent learnt, as an engine stores it. */
async function learn(content: string, place: { roomId: Uuid; messageId?: Uuid; entityId?: Uuid }): Promise<Uuid> {
  const id = newId();
  const fact = { id, type: 'facts', content: { text: content }, metadata: {}, isUnique: false, createdAt: new Date() };
  await fleet.gateways[0].db.database.inTenant(DEFAULT_TENANT_ID, (tenant) =>
    tenant.memories.insert(
      agent,
      { ...fact, roomId: place.roomId, worldId: null, entityId: place.entityId ?? null },
      place.messageId,
    ),
  );
  return id;
}

it('remembers the messages of its channels without a copy, newest first, by channel and by room', async () => {
  const user = somebody();
  const channel = await fleet.channel([user, agent]);
  const said = await fleet.say(channel, user, 'My cat is called Mia');
  const memories = await inRoom(channel);
  expect(texts(memories)).toEqual(['echo: My cat is called Mia', 'My cat is called Mia']);
  const room = ownId(agent, channel);
  expect(memories[1]).toEqual({
    id: said,
    type: 'messages',
    createdAt: expect.any(Number),
    content: { text: 'My cat is called Mia', source: 'eliza_gui', channelType: 'DM' },
    entityId: user,
    agentId: agent,
    roomId: room,
    worldId: ownId(agent, DEFAULT_MESSAGE_SERVER_ID),
    unique: true,
    metadata: expect.objectContaining({ type: 'message', source: 'eliza_gui', timestamp: memories[1]!.createdAt }),
  });
  expect(memories[0]).toMatchObject({ entityId: agent, content: { inReplyTo: said, actions: ['REPLY'] } });
  expect(await inRoom(room)).toEqual(memories);
  const { memories: internal } = await fleet.client.memory.getAgentInternalMemories(agent, room, false);
  expect(internal).toEqual(memories);
  const { memories: all } = await fleet.client.memory.getAgentMemories(agent, { channelId: channel });
  expect(all).toEqual(memories);
  for (const base of ['memory', 'agents']) {
    const bare = await fleet.call('GET', `/api/${base}/${agent}/memories?roomId=${room}&tableName=messages`);
    expect(bare.body).toEqual({ success: true, data: { memories } });
  }
});

it('answers memories in pages', async () => {
  const user = somebody();
  const channel = await fleet.channel([user, agent]);
  for (const word of ['one', 'two', 'three']) await fleet.say(channel, user, word);
  const first = await inRoom(channel, { limit: 2 });
  expect(texts(first)).toEqual(['echo: three', 'three']);
  const second = await inRoom(channel, { limit: 3, before: first[1]!.createdAt });
  expect(texts(second)).toEqual(['echo: two', 'two', 'echo: one']);
  const newest = await fleet.client.memory.getAgentMemories(agent, { limit: 3 });
  expect(texts(newest.memories)).toEqual(['echo: three', 'three', 'echo: two']);
});

it('narrows to the rooms of the entity that asks', async () => {
  const [one, other] = [somebody(), somebody()];
  const [own, foreign] = [await fleet.channel([one, agent]), await fleet.channel([other, agent])];
  await fleet.say(own, one, 'mine');
  await fleet.say(foreign, other, 'not mine');
  const headers = { 'x-entity-id': one };
  const mine = await fleet.call('GET', `/api/memory/${agent}/memories`, undefined, headers);
  expect(texts(mine.body.data.memories)).toEqual(['echo: mine', 'mine']);
  const theirs = await fleet.call('GET', `/api/memory/${agent}/rooms/${foreign}/memories`, undefined, headers);
  expect(theirs.body.data.memories).toEqual([]);
});

it('forgets one message, and sees it no more when it answers; for people it stays', async () => {
  const user = somebody();
  const channel = await fleet.channel([user, agent]);
  const secret = await fleet.say(channel, user, 'The password is xyzzy');
  await fleet.say(channel, user, 'I like tea');
  const [reply] = (await inRoom(channel)).filter((memory) => memory.content.text.startsWith('echo: The password'));
  for (const id of [secret, reply!.id]) {
    expect(await fleet.client.memory.deleteMemory(agent, id)).toEqual({ message: 'Memory deleted successfully' });
  }
  expect(texts(await inRoom(channel))).toEqual(['echo: I like tea', 'I like tea']);
  await fleet.say(channel, user, 'What do you know?');
  const prompt = await fleet.lastPrompt(agent);
  expect(prompt).toContain('I like tea');
  expect(prompt).not.toContain('xyzzy');
  const { messages } = await fleet.client.messaging.getChannelMessages(channel, { limit: 50 });
  expect(messages).toHaveLength(6);
  await expect(fleet.client.memory.deleteMemory(agent, secret)).rejects.toMatchObject({
    code: 'NOT_FOUND',
    status: 404,
  });
});

it('remembers a message otherwise than it was said, when somebody changes its memory', async () => {
  const user = somebody();
  const channel = await fleet.channel([user, agent]);
  const said = await fleet.say(channel, user, 'I live in Rome');
  const changed = await fleet.client.memory.updateMemory(agent, said, { content: { text: 'I live in Oslo' } });
  expect(changed).toEqual({ id: said, message: 'Memory updated successfully' });
  await fleet.client.memory.updateAgentInternalMemory(agent, said, { metadata: { checked: true } });
  const [memory] = (await inRoom(channel)).filter(({ id }) => id === said);
  expect(memory).toMatchObject({ content: { text: 'I live in Oslo' }, metadata: { checked: true } });
  await fleet.say(channel, user, 'Where do I live?');
  const prompt = await fleet.lastPrompt(agent);
  expect(prompt).toContain('I live in Oslo');
  expect(prompt).not.toMatch(/^user: I live in Rome/m);
  const [, , , message] = (await fleet.client.messaging.getChannelMessages(channel, { limit: 50 })).messages;
  expect(message.content).toBe('I live in Rome');
});

it.each([
  ['its room', (channel: Uuid) => fleet.client.memory.clearRoomMemories(agent, ownId(agent, channel))],
  ['its channel', (channel: Uuid) => fleet.client.memory.deleteAllAgentInternalMemories(agent, channel)],
  ['its message server', () => fleet.client.memory.clearWorldMemories(DEFAULT_MESSAGE_SERVER_ID)],
  ['its world', () => fleet.client.memory.deleteWorld(ownId(agent, DEFAULT_MESSAGE_SERVER_ID))],
  ['the agent', () => fleet.client.memory.clearAgentMemories(agent)],
])('forgets all that was said when somebody clears %s, and goes on from there', async (_, clear) => {
  const user = somebody();
  const channel = await fleet.channel([user, agent]);
  await fleet.say(channel, user, 'Before');
  const fact = await learn('It rains', { roomId: ownId(agent, channel) });
  const cleared = await clear(channel);
  if ('deleted' in cleared) expect(cleared.deleted).toBeGreaterThanOrEqual(3);
  else expect(cleared).toEqual({ success: true });
  expect(await inRoom(channel)).toEqual([]);
  await fleet.say(channel, user, 'After');
  expect(texts(await inRoom(channel))).toEqual(['echo: After', 'After']);
  expect(await fleet.lastPrompt(agent)).not.toContain('Before');
  if (_ !== 'its message server' && _ !== 'its world') {
    expect((await fleet.call('DELETE', `/api/memory/${agent}/memories/${fact}`)).status).toBe(404);
  }
});

it('answers a question although somebody clears its memory meanwhile', async () => {
  const user = somebody();
  const channel = await fleet.channel([user, agent]);
  const saying = fleet.say(channel, user, 'Still there? #latency=300 #fail=world:1 #after=1');
  await new Promise((resolve) => setTimeout(resolve, 150));
  await fleet.client.memory.clearRoomMemories(agent, channel);
  await saying;
  expect(texts(await inRoom(channel))).toEqual([expect.stringMatching(/^echo: Still there/)]);
});

it('forgets with everybody: a deleted message, a cleared channel, and facts learnt from them', async () => {
  const user = somebody();
  const channel = await fleet.channel([user, agent]);
  const said = await fleet.say(channel, user, 'Plugh');
  await fleet.say(channel, user, 'And?');
  const roomId = ownId(agent, channel);
  await learn('The word is plugh', { roomId, messageId: said });
  const facts = () => inRoom(channel, { tableName: 'facts' });
  expect(await facts()).toHaveLength(1);
  await fleet.client.memory.deleteGroupMemory(channel, said);
  expect(texts(await inRoom(channel))).toEqual(['echo: And?', 'And?', 'echo: Plugh']);
  expect(await facts()).toEqual([]);
  await fleet.client.memory.clearGroupChat(channel);
  expect(await inRoom(channel)).toEqual([]);
  await fleet.say(channel, user, 'What was it?');
  expect(await fleet.lastPrompt(agent)).not.toMatch(/plugh/i);
});

it('keeps memories of other types, and changes and deletes them', async () => {
  const user = somebody();
  const roomId = newId();
  const id = await learn('Tea is hot', { roomId, entityId: user });
  const { memories } = await fleet.client.memory.getAgentMemories(agent, { tableName: 'facts', roomId });
  expect(memories).toEqual([
    {
      ...{ id, type: 'facts', createdAt: expect.any(Number), content: { text: 'Tea is hot' }, entityId: user },
      ...{ agentId: agent, roomId, unique: false, metadata: {} },
    },
  ]);
  await fleet.client.memory.updateMemory(agent, id, { content: { text: 'Tea is cold' }, metadata: { a: 1 } });
  const changed = await fleet.client.memory.getAgentMemories(agent, { tableName: 'facts', roomId });
  expect(changed.memories[0]).toMatchObject({ content: { text: 'Tea is cold' }, metadata: { a: 1 } });
  expect(await fleet.client.memory.deleteAgentInternalMemory(agent, id)).toMatchObject({ message: expect.any(String) });
  expect((await fleet.client.memory.getAgentMemories(agent, { tableName: 'facts', roomId })).memories).toEqual([]);
});

it('lists the rooms of its channels and those that were made for it', async () => {
  const user = somebody();
  const channel = await fleet.channel([user, agent]);
  const made = await fleet.client.memory.createRoom(agent, { name: 'Study', type: 'GROUP', metadata: { a: 1 } });
  expect(made).toEqual({
    ...{ id: expect.any(String), name: 'Study', agentId: agent, createdAt: expect.any(Number), source: 'client' },
    ...{ type: 'GROUP', worldId: expect.any(String), messageServerId: null, metadata: { a: 1 } },
  });
  const { rooms } = await fleet.client.memory.listAgentRooms(agent);
  const roomId = ownId(agent, channel);
  const ofChannel = rooms.find((room: { id: Uuid }) => room.id === roomId);
  expect(ofChannel).toMatchObject({ channelId: channel, agentId: agent, type: 'DM', name: 'Channel' });
  expect(rooms.find((room: { id: Uuid }) => room.id === made.id)).toMatchObject({
    name: 'Study',
    worldId: made.worldId,
  });
  expect(await fleet.client.memory.getRoom(agent, made.id)).toMatchObject({ worldName: 'World for Study' });
  for (const id of [roomId, channel]) {
    expect(await fleet.client.memory.getRoom(agent, id)).toEqual({ ...ofChannel, worldName: expect.any(String) });
  }
  await expect(fleet.client.memory.getRoom(agent, newId())).rejects.toMatchObject({ status: 404 });
  expect((await fleet.call('POST', `/api/memory/${agent}/rooms`, {})).status).toBe(400);
});

it('makes a group of named agents, of those that are there, and of some that are not', async () => {
  const other = await fleet.agent('Bob');
  const server = newId();
  const path = `/api/memory/groups/${server}`;
  const both = await fleet.call('POST', path, { agentIds: [agent, other], name: 'Two', metadata: { a: 1 } });
  expect(both.status).toBe(201);
  expect(both.body.data).toEqual(
    [agent, other].map((agentId) => ({
      ...{ id: expect.any(String), agentId, name: 'Two', createdAt: expect.any(Number), source: 'client' },
      ...{ type: 'GROUP', worldId: ownId(agentId, server), messageServerId: server, metadata: { a: 1 } },
    })),
  );
  const missing = newId();
  const part = await fleet.call('POST', path, { agentIds: [other, missing] });
  expect(part).toMatchObject({ status: 207, body: { success: true, errors: [{ agentId: missing }] } });
  expect((await fleet.call('POST', path, { agentIds: [missing] })).status).toBe(404);
  const all = await fleet.client.memory.createWorldFromMessageServer(DEFAULT_MESSAGE_SERVER_ID, { name: 'All' });
  expect(all.map((room: { agentId: Uuid }) => room.agentId)).toContain(agent);
  expect(await fleet.client.memory.deleteWorld(server)).toEqual({ success: true });
  const { rooms } = await fleet.client.memory.listAgentRooms(other);
  expect(rooms.filter((room: { messageServerId: Uuid }) => room.messageServerId === server)).toEqual([]);
});

it('makes a world of a message server for the agents that are on it, added or taking part', async () => {
  const [added, takingPart, elsewhere] = [
    await fleet.agent('Dora'),
    await fleet.agent('Bea'),
    await fleet.agent('Cid'),
  ];
  const { server } = await fleet.client.messaging.createMessageServer({ name: 'Ours', sourceType: 'test' });
  const agentsIn = async () => {
    const rooms = await fleet.client.memory.createWorldFromMessageServer(server.id, { name: 'Room' });
    return rooms.map(({ agentId }: { agentId: Uuid }) => agentId).sort();
  };
  // A server that nobody is on is for everybody.
  expect(await agentsIn()).toEqual(expect.arrayContaining([added, takingPart, elsewhere]));
  await fleet.client.agents.addAgentToMessageServer(server.id, added);
  expect(await agentsIn()).toEqual([added]);
  await fleet.call('POST', '/api/messaging/channels', {
    name: 'Talk',
    message_server_id: server.id,
    participantCentralUserIds: [takingPart],
  });
  expect(await agentsIn()).toEqual([added, takingPart].sort());
  await fleet.client.agents.stopAgent(added);
  expect(await agentsIn()).toEqual([takingPart]);
});

it('has no embedding to tell, also where one is asked for', async () => {
  const user = somebody();
  const channel = await fleet.channel([user, agent]);
  await fleet.say(channel, user, 'The sea is blue');
  const memories = await inRoom(channel, { includeEmbedding: true });
  expect(texts(memories)).toContain('The sea is blue');
  for (const memory of memories) expect(memory).not.toHaveProperty('embedding');
});

it('says of a stopped agent what it says of none', async () => {
  const stopped = await fleet.agent('Carl');
  await fleet.client.agents.stopAgent(stopped);
  for (const id of [stopped, newId()]) {
    for (const [method, end, body] of [
      ['GET', 'memories'],
      ['DELETE', 'memories'],
      ['GET', `rooms/${newId()}/memories`],
      ['PATCH', `memories/${newId()}`, {}],
      ['DELETE', `memories/${newId()}`],
      ['DELETE', `memories/all/${newId()}`],
      ['GET', 'rooms'],
      ['POST', 'rooms', { name: 'Room' }],
      ['GET', `rooms/${newId()}`],
    ] as const) {
      const reply = await fleet.call(method, `/api/memory/${id}/${end}`, body);
      expect(reply).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND', message: 'Agent not found' } } });
    }
  }
});
