import { newId, type Uuid } from '@app/contracts';
import { dice, LONG, SEED, until } from '@app/testing';
import { Fleet } from './fleet.js';
import { World } from './world.js';

/** How many calls a story has at least; the restarts come between them. */
const CALLS = 20;
/** How many restarts a story has, and which seeds choose where; at full size each call has one before it. */
const [RESTARTS, SEEDS] = LONG ? [CALLS - 1, [31, 32]] : [2, [31]];

const HASTE = { TURN_LEASE_MS: '1000', SWEEP_INTERVAL_MS: '300', TURN_UNCLAIMED_MS: '1000' };

describe.each(SEED === undefined ? SEEDS : [SEED])(
  'with every process killed between calls that seed %i chooses',
  (seed) => {
    let fleet: Fleet;
    let world: World;
    const roll = dice(seed);

    beforeAll(async () => {
      fleet = await Fleet.start(seed, { env: HASTE });
      world = await World.make(fleet);
    }, 60_000);
    afterAll(() => fleet?.close());

    /** Tells a story with restarts in between, and that there were as many as there should be. */
    const tell = async (story: () => Promise<void>): Promise<void> => {
      const due = places(roll);
      let calls = 0;
      fleet.before = async () => {
        if (due.delete(calls++)) await fleet.restart();
      };
      try {
        await story();
      } finally {
        fleet.before = async () => undefined;
      }
      expect({ due: [...due], calls }).toEqual({ due: [], calls: expect.any(Number) });
      expect(calls).toBeGreaterThanOrEqual(CALLS);
      fleet.cluster.assertAlive();
    };

    it('a session goes on', () => tell(() => session(world)), 300_000);

    it('a conversation goes on', () => tell(() => talk(world)), 300_000);
  },
);

/** Some of the calls of a story, never the first: there would be nothing to be kept. */
function places(roll: (sides: number) => number): Set<number> {
  const found = new Set<number>();
  while (found.size < RESTARTS) found.add(1 + roll(CALLS - 1));
  return found;
}

async function session({ client, agent, fleet }: World): Promise<void> {
  const { sessions, jobs, messaging } = client;
  const userId = newId();
  const made = await sessions.createSession({ agentId: agent, userId, metadata: { place: 'here' } });
  const { sessionId, channelId } = made;
  const first = await sessions.sendMessageSync(sessionId, { content: 'One' });
  expect(first).toMatchObject({ agentResponse: { text: 'echo: One' }, sessionStatus: { renewalCount: 1 } });
  await sessions.sendMessage(sessionId, { content: '#latency=700 Two' });
  const { jobId } = await jobs.create({ agentId: agent, userId, content: '#latency=700 Job', timeoutMs: 60_000 });
  const beat = await fleet.call('POST', `/api/messaging/sessions/${sessionId}/heartbeat`);
  expect(beat.body).toMatchObject({ sessionId, renewalCount: 3, metadata: { place: 'here' } });
  const limits = { timeoutMinutes: 60, autoRenew: false };
  const changed = await fleet.call('PATCH', `/api/messaging/sessions/${sessionId}/timeout`, limits);
  expect(changed.body.timeoutConfig).toMatchObject(limits);
  expect(await sessions.getSession(sessionId)).toMatchObject({ timeoutConfig: limits, renewalCount: 3 });
  const renewed = await fleet.call('POST', `/api/messaging/sessions/${sessionId}/renew`);
  expect(renewed.body).toMatchObject({ renewalCount: 4 });
  const third = await sessions.sendMessageSync(sessionId, { content: 'Three' });
  expect(third).toMatchObject({ agentResponse: { text: 'echo: Three' }, sessionStatus: { wasRenewed: false } });
  const { messages, cursors } = await sessions.getMessages(sessionId, { limit: 4 });
  const texts = (list: { content: string }[]): string[] => list.map(({ content }) => content);
  // The second answer may come behind the third question, but not behind its answer.
  expect(texts(messages)[0]).toBe('echo: Three');
  expect(texts(messages).slice(1, 3).sort()).toEqual(['Three', 'echo: #latency=700 Two']);
  expect(texts(messages)[3]).toBe('#latency=700 Two');
  const earlier = await sessions.getMessages(sessionId, { before: cursors.before });
  expect(texts(earlier.messages)).toEqual(['echo: One', 'One']);
  const { success, job } = await jobs.poll(jobId, { interval: 100, timeout: 30_000 });
  expect([success, job.result?.message.content]).toEqual([true, 'echo: #latency=700 Job']);
  expect((await jobs.list({ limit: 5 })).jobs).toMatchObject([{ jobId, status: 'completed' }]);
  expect((await jobs.health()).statusCounts).toMatchObject({ completed: 1 });
  expect((await sessions.listSessions()).sessions).toMatchObject([{ sessionId }]);
  expect(await sessions.checkHealth()).toMatchObject({ activeSessions: 1 });
  expect(await messaging.getChannelParticipants(channelId)).toEqual([userId, agent]);
  expect(await messaging.getChannelDetails(channelId)).toMatchObject({ id: channelId, type: 'DM' });
  expect(await sessions.deleteSession(sessionId)).toMatchObject({ success: true });
  await expect(sessions.getSession(sessionId)).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' });
}

async function talk(world: World): Promise<void> {
  const { client, agent, fleet } = world;
  const { messaging, memory, agents, runs } = client;
  const channelId = await world.channel();
  const first = await world.say(channelId, 'One');
  const { body } = await world.post(channelId, { content: '#latency=700 Two', messageId: 'two' });
  const second: Uuid = body.userMessage.id;
  const again = await world.post(channelId, { content: '#latency=700 Two', messageId: 'two', transport: 'http' });
  expect(again.body).toMatchObject({ userMessage: { id: second }, agentResponse: { text: 'echo: #latency=700 Two' } });
  const listener = await fleet.connect(world.user);
  await listener.join(channelId);
  const ack = await listener.send(channelId, 'Three');
  await listener.reply(ack.messageId);
  const all = ['echo: Three', 'Three', 'echo: #latency=700 Two', '#latency=700 Two', 'echo: One', 'One'];
  expect(await world.texts(channelId)).toEqual(all);
  expect(await messaging.getMessage(first.messageId)).toMatchObject({ content: 'One' });
  await messaging.updateMessage(first.messageId, 'Uno');
  expect(await messaging.searchMessages({ query: 'Uno' })).toMatchObject({ messages: [{ id: first.messageId }] });
  expect(await messaging.generateChannelTitle(channelId, agent)).toMatchObject({ title: expect.any(String) });
  expect((await memory.getRoomMemories(agent, channelId)).memories).toHaveLength(6);
  await memory.deleteMemory(agent, first.messageId);
  expect((await memory.getRoomMemories(agent, channelId)).memories).toHaveLength(5);
  const done = await until('the runs were over', async () => {
    const found = await runs.listRuns(agent, { status: 'completed', limit: 50 });
    const own = found.runs.filter(
      (run: { metadata: object }) => 'channelId' in run.metadata && run.metadata.channelId === channelId,
    );
    return own.length === 3 && own;
  });
  expect(await runs.getRun(agent, done[0].runId)).toMatchObject({ summary: { status: 'completed' } });
  await agents.updateAgent(agent, { bio: ['Changed'] });
  await agents.stopAgent(agent);
  expect(await agents.getAgent(agent)).toMatchObject({ bio: ['Changed'], status: 'inactive' });
  await agents.startAgent(agent);
  expect(await world.say(channelId, 'Four')).toMatchObject({ replyId: expect.any(String) });
  await messaging.deleteMessage(channelId, second);
  expect(await world.texts(channelId, { limit: 50 })).toHaveLength(7);
  await messaging.clearChannelHistory(channelId);
  expect(await world.texts(channelId)).toEqual([]);
  await messaging.deleteChannel(channelId);
  await expect(messaging.getChannelDetails(channelId)).rejects.toMatchObject({ status: 404 });
}
