import { newId, type ServerEvent, type Uuid } from '@app/contracts';
import { type FleetClient, LONG, SEED, until } from '@app/testing';
import { DEVIATIONS } from './contract-deviations.js';
import { EVENTS } from './events.js';
import { Fleet } from './fleet.js';
import { differences } from './likeness.js';
import { socketMoments } from './recordings.js';
import { World } from './world.js';

const SEEDS = SEED !== undefined ? [SEED] : LONG ? [21, 22, 23, 24, 25] : [21];
const HASTE = { TURN_TIMEOUT_MS: '1500', TURN_RETRY_MS: '50', SWEEP_INTERVAL_MS: '300' };

describe.each(SEEDS)('a socket at a gateway that seed %i chooses', (seed) => {
  let fleet: Fleet;
  let world: World;
  let channelId: Uuid;
  let person: FleetClient;
  let listener: FleetClient;
  const emitted = new Set<string>();
  const heard = new Set<string>();

  const emit = (socket: FleetClient, event: string, payload?: unknown): void => {
    const { type } = (payload ?? {}) as { type?: number };
    emitted.add(event === 'message' ? `message, ${type}` : event);
    if (payload === undefined) socket.socket.emit(event);
    else socket.socket.emit(event, payload);
  };
  /** The first of that kind from a place in the record on. */
  const next = async <E extends ServerEvent>(socket: FleetClient, event: E, from = 0) =>
    until(`${event} was heard`, () => socket.all(event, from)[0], { every: 10 });
  const place = (): object => ({ channelId, roomId: channelId, entityId: person.entityId });
  const words = (message: string, more: object = {}): object => ({
    ...{ ...place(), senderId: person.entityId, senderName: 'Somebody', messageId: newId(), source: 'client_chat' },
    ...{ messageServerId: '00000000-0000-0000-0000-000000000000', message, ...more },
  });

  beforeAll(async () => {
    fleet = await Fleet.start(seed, { env: HASTE });
    world = await World.make(fleet);
  }, 60_000);
  afterAll(() => fleet?.close());
  beforeEach(async () => {
    channelId = await world.channel();
    [person, listener] = [await fleet.connect(world.user), await fleet.connect()];
    for (const one of [person, listener]) await one.join(channelId);
  });
  afterEach(() => {
    for (const one of [person, listener]) for (const { event } of one.heard) heard.add(event);
    fleet.cluster.assertAlive();
  });

  it('is told who it is', async () => {
    expect(await next(person, 'authenticated')).toEqual({ entityId: world.user, timestamp: expect.any(Number) });
    const { message, socketId } = await next(person, 'connection_established');
    expect([typeof message, socketId]).toEqual(['string', person.socket.id]);
  });

  it('is refused without an entity', async () => {
    const refusal = fleet.connect('nobody');
    await expect(refusal).rejects.toThrow('Valid entityId required');
    heard.add('connect_error');
  });

  it.each([
    ['in a message by number', 'message', 'message', (type: number, payload: object) => ({ type, payload })],
    ['as a number', '1', '2', (_: number, payload: object) => payload],
    ['by name', 'ROOM_JOINING', 'SEND_MESSAGE', (_: number, payload: object) => payload],
  ])('joins and speaks %s', async (_, join, send, frame) => {
    const newcomer = await fleet.connect(world.user);
    emit(newcomer, join, frame(1, { ...place(), agentId: world.agent }));
    for (const event of ['channel_joined', 'room_joined'] as const) {
      expect(await next(newcomer, event)).toMatchObject({ channelId, roomId: channelId, agentId: world.agent });
    }
    const said = words('Hello', { attachments: [{ id: 'a', url: '/media/a.png' }] }) as { messageId: string };
    emit(newcomer, send, frame(2, said));
    const ack = await next(newcomer, 'messageAck');
    const status = 'received_by_server_and_processing';
    expect(ack).toMatchObject({ clientMessageId: said.messageId, status, channelId, roomId: channelId });
    for (const one of [newcomer, person, listener]) {
      const told = await one.broadcast('the message', ({ id }) => id === ack.messageId);
      const attachments = [{ id: 'a', url: '/media/a.png' }];
      expect(told).toMatchObject({ senderId: world.user, senderName: 'Somebody', text: 'Hello', attachments });
      expect((await one.reply(ack.messageId)).text).toContain('echo: Hello');
    }
  });

  it('is told what is wrong with what it sends, and overlooks what has no meaning', async () => {
    for (const type of [3, 4, 5, 6]) emit(person, 'message', { type, payload: {} });
    emit(person, 'message', { type: 1, payload: {} });
    emit(person, 'message', { type: 2, payload: words('') });
    await until('both were refused', () => person.all('messageError').length === 2);
    for (const refusal of person.all('messageError')) {
      expect(refusal).toMatchObject({ error: expect.any(String), code: 'VALIDATION_ERROR' });
    }
  });

  it('hears an answer piece by piece, whole, and that it is complete', async () => {
    const { messageId } = await person.send(channelId, 'One two three four #chunks=6 #tps=40');
    for (const one of [person, listener]) {
      const reply = await one.reply(messageId);
      await next(one, 'messageComplete');
      const pieces = one.all('messageStreamChunk');
      expect(pieces.map(({ index }) => index)).toEqual([...pieces.keys()]);
      expect(pieces.every(({ messageId }) => messageId === reply.id)).toBe(true);
      expect(pieces.map(({ chunk }) => chunk).join('')).toBe(reply.text);
      expect(pieces[0]).toMatchObject({ agentId: world.agent, channelId });
      expect(one.all('messageComplete')).toEqual([{ channelId, roomId: channelId }]);
      expect(one.all('controlMessage')).toEqual([]);
    }
  });

  it.each([
    ['fails', '#fail=caller', 'The scripted model failed on purpose (caller).', 'error'],
    ['takes longer than a turn may', '#hang', 'The answer took too long', 'timeout'],
  ])('hears that an answer %s, and that it may speak on', async (_, directive, error, status) => {
    const { messageId } = await person.send(channelId, `One two three four ${directive} #after=2 #chunks=4`);
    for (const one of [person, listener]) {
      await next(one, 'messageComplete');
      const [piece] = one.all('messageStreamChunk');
      const failed = { messageId: piece!.messageId, channelId, agentId: world.agent, error };
      expect(one.all('messageStreamError')).toMatchObject([failed]);
      expect(one.all('controlMessage')).toEqual([{ action: 'enable_input', channelId, roomId: channelId }]);
      const order = one.heard.map(({ event }) => event);
      expect(order.indexOf('controlMessage')).toBeLessThan(order.indexOf('messageComplete'));
    }
    const { runs } = await world.client.runs.listRuns(world.agent, { status });
    expect(runs).toMatchObject([{ messageId, status, metadata: { error } }]);
    expect(await world.texts(channelId)).toHaveLength(1);
  });

  it('hears that a stream ends which a second attempt begins anew', async () => {
    const { messageId } = await person.send(channelId, 'One two three four #fail=world:1 #after=2 #chunks=4');
    for (const one of [person, listener]) {
      const reply = await one.reply(messageId);
      const [broken] = one.all('messageStreamChunk');
      expect(broken!.messageId).not.toBe(reply.id);
      expect(one.all('messageStreamError')).toMatchObject([{ messageId: broken!.messageId }]);
      expect(one.all('messageDeleted')).toMatchObject([{ messageId: broken!.messageId, channelId }]);
    }
  });

  it('hears what others do to a channel and its messages', async () => {
    const { messageId } = await person.send(channelId, 'To be changed');
    await person.reply(messageId);
    const { messaging } = world.client;
    await messaging.updateMessage(messageId, 'Changed');
    await messaging.updateChannel(channelId, { name: 'Renamed' });
    await messaging.deleteMessage(channelId, messageId);
    await messaging.clearChannelHistory(channelId);
    await messaging.deleteChannel(channelId);
    for (const one of [person, listener]) {
      const edited = await one.broadcast('the edit', ({ updatedAt }) => updatedAt !== undefined);
      expect(edited).toMatchObject({ id: messageId, text: 'Changed' });
      const updates = { id: channelId, name: 'Renamed', type: 'DM', updatedAt: expect.any(String) };
      expect(await next(one, 'channelUpdated')).toMatchObject({ channelId, updates });
      expect(await next(one, 'messageDeleted')).toMatchObject({ messageId, channelId });
      expect(await next(one, 'channelCleared')).toMatchObject({ channelId });
      expect(await next(one, 'channelDeleted')).toEqual({ channelId });
    }
  });

  it('hears what agents and people elsewhere say', async () => {
    const { agent, fleet } = world;
    const common = {
      channel_id: channelId,
      author_id: agent,
      message_server_id: '00000000-0000-0000-0000-000000000000',
    };
    const raw_message = { thought: 'hm', actions: ['REPLY'] };
    await fleet.call('POST', '/api/messaging/submit', {
      ...common,
      content: 'Submitted',
      source_type: 'agent_response',
      raw_message,
    });
    const action = {
      ...common,
      content: 'Acting',
      source_type: 'agent_action',
      raw_message: { actionStatus: 'executing' },
    };
    const { body } = await fleet.call('POST', '/api/messaging/action', action);
    const { id } = body.data;
    await fleet.call('PATCH', `/api/messaging/action/${id}`, { raw_message: { actionStatus: 'completed' } });
    await fleet.call('POST', '/api/messaging/ingest-external', { ...common, author_id: newId(), content: 'Elsewhere' });
    await world.client.messaging.completeMessage({ channelId });
    for (const one of [person, listener]) {
      const submitted = await one.broadcast('the reply', ({ text }) => text === 'Submitted');
      expect(submitted).toMatchObject({ senderId: agent, source: 'agent_response', thought: 'hm', actions: ['REPLY'] });
      expect(submitted.serverId).toBe(common.message_server_id);
      await one.broadcast('the end of the action', ({ rawMessage }) => rawMessage?.['actionStatus'] === 'completed');
      const states = one.all('messageBroadcast').filter((message) => message.id === id);
      expect(states.map(({ rawMessage }) => rawMessage!['actionStatus'])).toEqual(['executing', 'completed']);
      await one.broadcast('what was said elsewhere', ({ text }) => text === 'Elsewhere');
      await next(one, 'messageComplete');
    }
  });

  it('follows the log as far as it wants to', async () => {
    const [all, grave, other] = [person, listener, await fleet.connect()];
    emit(grave, 'update_log_filters', { level: 'error' });
    expect(await next(grave, 'log_filters_updated')).toEqual({ success: false, error: 'Not subscribed to log stream' });
    for (const one of [all, grave, other]) {
      emit(one, 'subscribe_logs');
      expect(await next(one, 'log_subscription_confirmed')).toMatchObject({ subscribed: true });
    }
    const level = { level: 'error', agentName: 'all' };
    emit(grave, 'update_log_filters', level);
    await until('the filter stands', () => grave.all('log_filters_updated').length === 2);
    expect(grave.all('log_filters_updated')[1]).toEqual({ success: true, filters: level });
    emit(other, 'update_log_filters', { agentName: 'Nobody' });
    await next(other, 'log_filters_updated');
    // What others did a moment ago may have been told before the filters stood.
    const [ofGrave, ofOther] = [grave, other].map((socket) => socket.all('log_stream').length);

    await world.say(channelId);
    const line = `A grave line ${newId()}`;
    await world.client.server.submitLogs([{ level: 'error', message: line, timestamp: Date.now() }]);
    const about = (socket: FleetClient, words: string) =>
      socket.all('log_stream').find(({ payload }) => payload.msg.includes(words));
    const told = await until('the turn was told', () => about(all, 'A turn was answered'));
    expect(told).toMatchObject({ type: 'log_entry', payload: { level: 30, agentId: world.agent } });
    for (const one of [all, grave]) await until('the line was told', () => about(one, line));
    const filtered = grave.all('log_stream').slice(ofGrave);
    expect(filtered.every(({ payload }) => payload.level >= 50)).toBe(true);
    expect(other.all('log_stream').slice(ofOther)).toEqual([]);
    for (const one of [all, grave, other]) emit(one, 'unsubscribe_logs');
    await until('nobody listens', () => all.all('log_subscription_confirmed').length === 2);
    const before = all.all('log_stream').length;
    await world.say(channelId);
    expect(all.all('log_stream')).toHaveLength(before);
  });

  it('lives as the recorded socket did', async () => {
    const { messaging } = world.client;
    const recorded = socketMoments();
    const sides = { isDm: true, user1: world.user, user2: world.agent, forAgent: world.agent, createdAt: 'now' };
    await messaging.updateChannel(channelId, { metadata: sides });
    const sent = recorded.filter((moment) => moment.out !== undefined);
    const own = { channelId, roomId: channelId, senderId: world.user, entityId: world.user, messageId: newId() };
    const socket = await fleet.connect(world.user);
    const say = ({ out, data }: (typeof sent)[number]): void => emit(socket, out!, ours(data, own));
    say(sent[0]!);
    await next(socket, 'room_joined');
    say(sent[1]!);
    const { messageId } = await next(socket, 'messageAck');
    const reply = await socket.reply(messageId);
    for (const moment of sent.slice(2, -1)) say(moment);
    await until('the filters stood', () => socket.all('log_filters_updated').length === 2);
    await messaging.deleteMessage(channelId, reply.id);
    await messaging.updateChannel(channelId, { name: 'renamed' });
    await messaging.clearChannelHistory(channelId);
    await world.say(channelId);
    await next(socket, 'log_stream');
    await messaging.deleteChannel(channelId);
    await next(socket, 'channelDeleted');
    say(sent.at(-1)!);
    await until('it was unsubscribed', () => socket.all('log_subscription_confirmed').length === 2);

    const places = new Map<string, number>();
    const found = recorded.flatMap(({ in: event, data }) => {
      if (event === undefined || (event === 'log_stream' && places.has(event))) return [];
      const index = places.get(event) ?? 0;
      places.set(event, index + 1);
      return differences(socket.all(event as ServerEvent)[index], data, `${event}[${index}]`);
    });
    const known = DEVIATIONS.flatMap(({ recordings = {} }) => recordings['socket-turn'] ?? []);
    expect(found.sort()).toEqual(known.sort());
  });

  it('has sent and heard everything there is', () => {
    expect([...heard]).toEqual(expect.arrayContaining([...EVENTS['Server to client']]));
    const numbers = [1, 2, 3, 4, 5, 6].map((type) => `message, ${type}`);
    const names = EVENTS['Client to server'].filter((event) => !event.startsWith('message'));
    expect([...emitted]).toEqual(expect.arrayContaining([...numbers, ...names]));
  });
});

/** What was sent, about our channel and person. */
function ours(recorded: unknown, own: Record<string, string>): unknown {
  const { type, payload } = (recorded ?? {}) as { type?: number; payload?: Record<string, unknown> };
  if (payload === undefined) return recorded ?? undefined;
  const known = Object.keys(payload).filter((key) => key in own);
  return { type, payload: { ...payload, ...Object.fromEntries(known.map((key) => [key, own[key]])) } };
}
