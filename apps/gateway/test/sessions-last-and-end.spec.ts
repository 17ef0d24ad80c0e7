import { setTimeout as delay } from 'node:timers/promises';
import { DEFAULT_TENANT_ID, newId, type Uuid } from '@app/contracts';
import { makeAgent } from '@app/testing';
import { ElizaClient } from '@elizaos/api-client';
import { PlayedWorker } from './played-worker.js';
import { listenTo } from './server-sent-events.js';
import { TestGateway, type Reply } from './support.js';

const USER = newId();
const ENV = { ANSWER_WAIT_MS: '1500', SESSION_CLEANUP_INTERVAL_MINUTES: '0.01', SESSION_RETENTION_MINUTES: '60' };
const PATH = '/api/messaging/sessions';

let one: TestGateway;
let two: TestGateway;
let worker: PlayedWorker;
let agent: Uuid;

beforeAll(async () => {
  one = await TestGateway.start(ENV);
  two = await TestGateway.start(ENV, one);
  worker = new PlayedWorker(one);
  agent = await makeAgent(one.db.database, DEFAULT_TENANT_ID, 'Ada');
});
afterAll(async () => {
  await worker.close();
  await two.close();
  await one.close();
});

const clientOf = (gateway: TestGateway) => ElizaClient.create({ baseUrl: gateway.url }).sessions;
/** The one of the two gateways whose turn it is. */
let turn = 0;
const anywhere = () => clientOf(turn++ % 2 ? one : two);

async function begin(more: object = {}): Promise<Uuid> {
  return (await anywhere().createSession({ agentId: agent, userId: USER, ...more })).sessionId;
}

async function shift(id: Uuid, minutes: number): Promise<void> {
  const by = `make_interval(secs => ${minutes} * 60)`;
  await one.db.asSuperuser(
    `update sessions set created_at = created_at - ${by}, last_activity_at = last_activity_at - ${by},
            expires_at = expires_at - ${by} where id = $1`,
    [id],
  );
}

const call = (method: string, path: string, body?: unknown): Promise<Reply> => two.call(method, PATH + path, body);

describe('the client of ElizaOS', () => {
  it('begins a session on one gateway and finds it on the other', async () => {
    const metadata = { place: 'here' };
    const made = await clientOf(one).createSession({ agentId: agent, userId: USER, metadata });
    const timeoutConfig = {
      timeoutMinutes: 30,
      autoRenew: true,
      maxDurationMinutes: 720,
      warningThresholdMinutes: 5,
    };
    expect(made).toMatchObject({ agentId: agent, userId: USER, metadata, timeoutConfig });
    expect(Date.parse(made.expiresAt) - Date.parse(made.createdAt)).toBe(30 * 60_000);
    const found = await clientOf(two).getSession(made.sessionId);
    expect(found).toMatchObject({ ...made, renewalCount: 0, isNearExpiration: false, lastActivity: made.createdAt });
    expect(found.timeRemaining).toBeGreaterThan(29 * 60_000);
    const participants = await ElizaClient.create({ baseUrl: one.url }).messaging.getChannelParticipants(
      made.channelId,
    );
    expect(participants).toEqual([USER, agent]);
  });

  it('talks in a session and gets its answers, each through another gateway', async () => {
    const id = await begin();
    const sync = await clientOf(one).sendMessageSync(id, { content: 'One', metadata: { a: 1 } });
    expect(sync).toMatchObject({
      success: true,
      userMessage: { content: 'One', author_id: USER, metadata: { a: 1, sessionId: id } },
      agentResponse: { text: 'echo: One', inReplyTo: sync.userMessage.id },
      sessionStatus: { renewalCount: 1, wasRenewed: true, isNearExpiration: false },
    });
    const attachments = [{ id: 'a', url: '/media/a.png' }];
    const sent = await clientOf(two).sendMessage(id, { content: 'Two', attachments });
    expect(sent).toMatchObject({ userMessage: { metadata: { attachments } }, sessionStatus: { renewalCount: 2 } });
    expect(sent.agentResponse).toBeUndefined();
    await delay(500);
    const { messages, hasMore, cursors } = await clientOf(one).getMessages(id);
    expect(messages.map(({ content }: { content: string }) => content)).toEqual([
      'echo: Two',
      'Two',
      'echo: One',
      'One',
    ]);
    expect(messages[0]).toMatchObject({ isAgent: true, authorId: agent, metadata: { thought: 'hm' } });
    expect(messages[1]).toMatchObject({ isAgent: false, authorId: USER });
    expect(hasMore).toBe(false);
    expect(cursors).toEqual({ before: Date.parse(messages[3].createdAt), after: Date.parse(messages[0].createdAt) });
  });

  it('pages through what was said, backwards and forwards', async () => {
    const id = await begin();
    for (const content of ['#silent 1', '#silent 2', '#silent 3', '#silent 4', '#silent 5']) {
      await anywhere().sendMessage(id, { content });
    }
    const textOf = ({ messages }: { messages: { content: string }[] }): string =>
      messages.map(({ content }) => content.slice(-1)).join('');
    const first = await anywhere().getMessages(id, { limit: 2 });
    expect([textOf(first), first.hasMore]).toEqual(['54', true]);
    const second = await anywhere().getMessages(id, { limit: 2, before: first.cursors.before });
    expect([textOf(second), second.hasMore]).toEqual(['32', true]);
    const third = await anywhere().getMessages(id, { limit: 2, before: new Date(second.cursors.before) });
    expect([textOf(third), third.hasMore]).toEqual(['1', false]);
    const after = await anywhere().getMessages(id, { limit: 2, after: third.cursors.after });
    expect([textOf(after), after.hasMore]).toEqual(['32', true]);
    const rest = await anywhere().getMessages(id, { limit: 2, after: after.cursors.after });
    expect([textOf(rest), rest.hasMore]).toEqual(['54', false]);
    const none = await anywhere().getMessages(id, { after: rest.cursors.after });
    expect(none).toEqual({ messages: [], hasMore: false });
  });

  it('goes on with a session when every gateway was started anew in between', async () => {
    const id = await begin();
    await clientOf(two).sendMessageSync(id, { content: 'Before' });
    await two.close();
    two = await TestGateway.start(ENV, one);
    expect(await clientOf(two).sendMessageSync(id, { content: 'After' })).toMatchObject({
      agentResponse: { text: 'echo: After' },
      sessionStatus: { renewalCount: 2 },
    });
    expect((await clientOf(two).getMessages(id)).messages).toHaveLength(4);
  });

  it('lists and counts sessions, and ends them', async () => {
    const before = await clientOf(one).checkHealth();
    const ids = [await begin(), await begin({ userId: newId() })];
    const health = await clientOf(two).checkHealth();
    expect(health).toMatchObject({ status: 'healthy', activeSessions: before.activeSessions + 2, expiringSoon: 0 });
    const { sessions, total, stats } = await clientOf(one).listSessions();
    expect(sessions.slice(0, 2).map((session: { sessionId: Uuid }) => session.sessionId)).toEqual(ids.reverse());
    expect(total).toBe(health.activeSessions);
    expect(stats).toMatchObject({ activeSessions: total, totalSessions: total, expiredSessions: 0 });
    const own = await one.call('GET', PATH, undefined, { 'x-entity-id': newId() });
    expect(own.body).toMatchObject({ sessions: [], total: 0 });
    expect(await clientOf(two).deleteSession(ids[0])).toEqual({ success: true, message: expect.any(String) as string });
    await expect(clientOf(one).getSession(ids[0])).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND', status: 404 });
    await expect(clientOf(one).deleteSession(ids[0])).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' });
  });
});

it('streams the answer of a message', async () => {
  const body = { content: 'Hello you', transport: 'sse' };
  const events = await (await listenTo(`${one.url}${PATH}/${await begin()}/messages`, body)).toEnd();
  expect(events.map(({ event }) => event)).toEqual(['user_message', 'chunk', 'chunk', 'chunk', 'done']);
});

it('tells a message that took too long where its answer will be', async () => {
  const id = await begin();
  const reply = await call('POST', `/${id}/messages`, { content: '#slow=2500', mode: 'sync' });
  expect(reply).toMatchObject({ status: 504, body: { error: { code: 'TURN_TIMEOUT' } } });
});

describe('a session', () => {
  it('is over when nobody said anything for its time, on every gateway', async () => {
    const id = await begin();
    await shift(id, 29);
    expect((await call('GET', `/${id}`)).body).toMatchObject({ isNearExpiration: true });
    expect((await call('POST', `/${id}/messages`, { content: 'x' })).body.sessionStatus).toMatchObject({
      renewalCount: 1,
      wasRenewed: true,
      isNearExpiration: false,
    });
    await shift(id, 30);
    for (const gateway of [one, two]) {
      for (const [method, path, body] of [
        ['GET', ''],
        ['GET', '/messages'],
        ['POST', '/messages', { content: 'x' }],
        ['POST', '/renew'],
        ['POST', '/heartbeat'],
        ['PATCH', '/timeout', { timeoutMinutes: 60 }],
      ] as const) {
        const reply = await gateway.call(method, `${PATH}/${id}${path}`, body);
        expect([method, path, reply.status, reply.body.error.code]).toEqual([method, path, 410, 'SESSION_EXPIRED']);
      }
    }
    expect((await call('GET', '')).body.stats.expiredSessions).toBe(1);
  });

  it('that does not renew itself ends in time, and can be renewed by hand', async () => {
    const id = await begin({ timeoutConfig: { autoRenew: false } });
    const { expiresAt } = (await call('GET', `/${id}`)).body;
    await delay(20);
    const sent = await call('POST', `/${id}/messages`, { content: 'x' });
    expect(sent.body.sessionStatus).toMatchObject({ expiresAt, wasRenewed: false, renewalCount: 0 });
    const beat = await call('POST', `/${id}/heartbeat`);
    expect(beat).toMatchObject({ status: 200, body: { expiresAt, renewalCount: 0 } });
    expect(Date.parse(beat.body.lastActivity)).toBeGreaterThan(Date.parse(beat.body.createdAt));
    const renewed = await call('POST', `/${id}/renew`);
    expect(renewed).toMatchObject({ status: 200, body: { renewalCount: 1 } });
    expect(Date.parse(renewed.body.expiresAt)).toBeGreaterThan(Date.parse(expiresAt));
  });

  it('never lasts longer than its longest duration', async () => {
    const id = await begin({ timeoutConfig: { timeoutMinutes: 30, maxDurationMinutes: 40 } });
    await shift(id, 20);
    const beat = await call('POST', `/${id}/heartbeat`);
    expect(Date.parse(beat.body.expiresAt) - Date.parse(beat.body.createdAt)).toBe(40 * 60_000);
    const reply = await call('POST', `/${id}/renew`);
    expect(reply).toMatchObject({ status: 400, body: { error: { code: 'SESSION_RENEWAL_FAILED' } } });
  });

  it('lasts as its agent says, unless its maker says otherwise', async () => {
    const slow = await makeAgent(one.db.database, DEFAULT_TENANT_ID, 'Slow');
    await one.db.asSuperuser(`update agents set character = character || $1 where id = $2`, [
      {
        settings: {
          SESSION_TIMEOUT_MINUTES: '60',
          SESSION_AUTO_RENEW: 'false',
          SESSION_MAX_DURATION_MINUTES: 90,
          SESSION_WARNING_THRESHOLD_MINUTES: 7,
        },
      },
      slow,
    ]);
    const usual = await call('POST', '', { agentId: slow, userId: USER });
    expect(usual.body.timeoutConfig).toEqual({
      timeoutMinutes: 60,
      autoRenew: false,
      maxDurationMinutes: 90,
      warningThresholdMinutes: 7,
    });
    const own = await call('POST', '', {
      agentId: slow,
      userId: USER,
      timeoutConfig: { timeoutMinutes: 20, autoRenew: null },
    });
    expect(own.body.timeoutConfig).toMatchObject({ timeoutMinutes: 20, autoRenew: false });
    const changed = await call('PATCH', `/${own.body.sessionId}/timeout`, { timeoutMinutes: 45, autoRenew: true });
    expect(changed.body.timeoutConfig).toMatchObject({ timeoutMinutes: 45, autoRenew: true, maxDurationMinutes: 90 });
    expect(Date.parse(changed.body.expiresAt) - Date.parse(changed.body.lastActivity)).toBe(45 * 60_000);
  });

  it('is forgotten when it is long over', async () => {
    const id = await begin();
    await shift(id, 30 + 61);
    await delay(1_500);
    expect(await one.db.asSuperuser('select from sessions where id = $1', [id])).toEqual([]);
    expect((await call('GET', `/${id}`)).status).toBe(404);
  });
});

it('refuses what is wrong with the codes of ElizaOS', async () => {
  const id = await begin();
  const disabled = await makeAgent(one.db.database, DEFAULT_TENANT_ID, 'Off');
  await one.db.database.inTenant(DEFAULT_TENANT_ID, (tenant) => tenant.agents.setEnabled(disabled, false));
  const big = { metadata: { text: 'x'.repeat(10_300) } };
  const cases: [string, string, unknown, number, string][] = [
    ['POST', '', { agentId: newId(), userId: USER }, 404, 'AGENT_NOT_FOUND'],
    ['POST', '', { agentId: disabled, userId: USER }, 404, 'AGENT_NOT_FOUND'],
    ['POST', '', { agentId: agent }, 400, 'VALIDATION_ERROR'],
    ['POST', '', { agentId: 'x', userId: USER }, 400, 'VALIDATION_ERROR'],
    ['POST', '', { agentId: agent, userId: USER, ...big }, 400, 'VALIDATION_ERROR'],
    ['POST', '', { agentId: agent, userId: USER, timeoutConfig: { timeoutMinutes: 4 } }, 400, 'VALIDATION_ERROR'],
    ['POST', '', { agentId: agent, userId: USER, timeoutConfig: { timeoutMinutes: 'x' } }, 400, 'VALIDATION_ERROR'],
    ['POST', '', { agentId: agent, userId: USER, timeoutConfig: 5 }, 400, 'VALIDATION_ERROR'],
    ['PATCH', `/${id}/timeout`, { timeoutMinutes: 1_441 }, 400, 'VALIDATION_ERROR'],
    ['PATCH', `/${id}/timeout`, { maxDurationMinutes: 1e300 }, 400, 'VALIDATION_ERROR'],
    ['PATCH', `/${id}/timeout`, { warningThresholdMinutes: 1e300 }, 400, 'VALIDATION_ERROR'],
    ['PATCH', `/${id}/timeout`, { autoRenew: 'yes' }, 400, 'VALIDATION_ERROR'],
    ['PATCH', `/${id}/timeout`, { timeoutMinutes: 60, maxDurationMinutes: 30 }, 400, 'VALIDATION_ERROR'],
    ['POST', `/${id}/messages`, { content: '' }, 400, 'VALIDATION_ERROR'],
    ['POST', `/${id}/messages`, { content: 'x'.repeat(4_001) }, 400, 'VALIDATION_ERROR'],
    ['POST', `/${id}/messages`, { content: 'x', ...big }, 400, 'VALIDATION_ERROR'],
    ['POST', `/${id}/messages`, { content: 'x', transport: 'pigeon' }, 400, 'INVALID_TRANSPORT'],
    ['POST', `/${newId()}/messages`, { content: 'x' }, 404, 'SESSION_NOT_FOUND'],
    ['GET', `/${newId()}`, undefined, 404, 'SESSION_NOT_FOUND'],
    ['GET', '/none', undefined, 404, 'SESSION_NOT_FOUND'],
    ['GET', `/${id}/messages?limit=0`, undefined, 400, 'VALIDATION_ERROR'],
    ['POST', `/${newId()}/renew`, undefined, 404, 'SESSION_NOT_FOUND'],
  ];
  for (const [method, path, body, status, code] of cases) {
    const reply = await call(method, path, body);
    expect([method, path, reply.status, reply.body.error?.code]).toEqual([method, path, status, code]);
    expect(reply.body).toMatchObject({ success: false, error: { requestId: expect.any(String) as string } });
  }
});
