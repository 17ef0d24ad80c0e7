import { setTimeout as delay } from 'node:timers/promises';
import { DEFAULT_MESSAGE_SERVER_ID, DEFAULT_TENANT_ID, newId, type Uuid } from '@app/contracts';
import { Dispatch, TurnsRepository } from '@app/persistence';
import { makeAgent, makeChannel } from '@app/testing';
import { PlayedWorker } from './played-worker.js';
import { listenTo, type Happening } from './server-sent-events.js';
import { TestGateway, type Reply } from './support.js';

const USER = newId();
const LEASE_MS = 400;
const SHORT_WAIT = {
  ANSWER_WAIT_MS: '1500',
  ANSWER_STREAM_MS: '6000',
  ANSWER_WAITERS: '30',
  ANSWER_HEARTBEAT_MS: '100',
};

let one: TestGateway;
let two: TestGateway;
let worker: PlayedWorker;
let agent: Uuid;

beforeAll(async () => {
  one = await TestGateway.start(SHORT_WAIT);
  two = await TestGateway.start({ ANSWER_WAIT_MS: '20000' }, one);
  worker = new PlayedWorker(one, LEASE_MS);
  agent = await makeAgent(one.db.database, DEFAULT_TENANT_ID, 'Ada');
});
afterAll(async () => {
  await worker.close();
  await two.close();
  await one.close();
});

const pathOf = (channelId: Uuid): string => `/api/messaging/channels/${channelId}/messages`;
const newChannel = (participants = [USER, agent]): Promise<Uuid> =>
  makeChannel(one.db.database, DEFAULT_TENANT_ID, { participants });

function body(content: string, more: object = {}): object {
  return { author_id: USER, content, message_server_id: DEFAULT_MESSAGE_SERVER_ID, ...more };
}

async function ask(channelId: Uuid, content: string, more: object = {}, gateway = one): Promise<Reply> {
  return gateway.call('POST', pathOf(channelId), body(content, { transport: 'http', ...more }));
}

async function stream(channelId: Uuid, content: string, gateway = one): Promise<Happening[]> {
  const events = await listenTo(gateway.url + pathOf(channelId), body(content, { transport: 'sse' }));
  return events.toEnd();
}

async function contents(channelId: Uuid): Promise<string[]> {
  const { body } = await two.call('GET', pathOf(channelId));
  return body.data.messages.map((message: { content: string }) => message.content);
}

describe('with the transport http a caller', () => {
  it.each(['http', 'sync'])('gets the answer with the question, both stored and broadcast: %s', async (mode) => {
    const channelId = await newChannel();
    const listener = await two.connect();
    await listener.join(channelId);
    const { status, body } = await ask(channelId, 'Good day', { transport: undefined, mode });
    expect(status).toBe(201);
    expect(body.agentResponse).toEqual({
      thought: 'hm',
      actions: ['REPLY'],
      providers: [],
      text: 'echo: Good day',
      simple: true,
      responseId: expect.any(String) as string,
      inReplyTo: body.userMessage.id,
    });
    expect(body.data).toEqual({ ...body.userMessage, agentResponse: body.agentResponse });
    const heard = await listener.next('messageBroadcast', ({ inReplyTo }) => inReplyTo === body.userMessage.id);
    expect(heard).toMatchObject({ id: body.agentResponse.responseId, text: 'echo: Good day' });
    expect(await contents(channelId)).toEqual(['echo: Good day', 'Good day']);
  });

  it('gets the answer of a channel that is made by the question', async () => {
    const metadata = { isDm: true, targetUserId: agent };
    expect((await ask(newId(), 'First', { metadata })).body.agentResponse.text).toBe('echo: First');
  });

  it('gets the answer also when nobody announced it', async () => {
    const { body } = await ask(await newChannel(), '#deaf #slow=300 Hello', {}, two);
    expect(body.agentResponse.text).toBe('echo: #deaf #slow=300 Hello');
  });

  it('is told the turn and where to fetch its answer when it takes too long', async () => {
    const channelId = await newChannel();
    const late = await ask(channelId, '#slow=2500 Hello', { messageId: 'late' });
    expect(late).toMatchObject({ status: 504, body: { success: false, error: { code: 'TURN_TIMEOUT' } } });
    const { messageId, turnIds, fetch } = late.body.error.details;
    const turns = await one.db.asSuperuser('select id from turns where message_id = $1', [messageId]);
    expect(turns).toEqual([{ id: turnIds[0] }]);
    await delay(1_500);
    const fetched = await two.call(fetch.method, fetch.path);
    expect(fetched.body.data.messages).toMatchObject([{ content: 'echo: #slow=2500 Hello' }]);
    const again = await ask(channelId, '#slow=2500 Hello', { messageId: 'late' }, two);
    expect(again.body.agentResponse.responseId).toBe(fetched.body.data.messages[0].id);
    expect(await contents(channelId)).toHaveLength(2);
  });

  it('is told that the agent was silent, failed, or was stopped', async () => {
    const silent = await ask(await newChannel(), '#silent');
    expect(silent.body.agentResponse).toMatchObject({ text: '', actions: ['IGNORE'], responseId: null });
    const failed = await ask(await newChannel(), '#fail');
    expect(failed).toMatchObject({
      status: 502,
      body: { error: { code: 'TURN_FAILED', message: 'The key is wrong' } },
    });
    const channelId = await newChannel();
    const asked = ask(channelId, '#hang', {}, two);
    await delay(300);
    await one.call('DELETE', pathOf(channelId));
    expect(await asked).toMatchObject({ status: 409, body: { error: { code: 'TURN_CANCELLED' } } });
    const other = await newChannel();
    const gone = ask(other, '#hang', {}, two);
    await delay(300);
    await one.call('DELETE', `/api/messaging/channels/${other}`);
    expect(await gone).toMatchObject({ status: 409, body: { error: { code: 'TURN_CANCELLED' } } });
  });

  it('is told at once that nobody owes an answer; the message stays', async () => {
    const channelId = await newChannel([USER]);
    const reply = await ask(channelId, 'Is anybody there?');
    expect(reply).toMatchObject({ status: 400, body: { error: { code: 'NO_AGENT' } } });
    expect(await contents(channelId)).toEqual(['Is anybody there?']);
  });

  it('gets the answer of a second worker when the first one died', async () => {
    const asked = ask(await newChannel(), '#once Hello', {}, two);
    await delay(LEASE_MS + 300);
    const dispatch = new Dispatch(one.db.database);
    const found = await dispatch.leasesOver();
    const tenantId = DEFAULT_TENANT_ID;
    await dispatch.recover(
      tenantId,
      found.map(({ turnId }) => turnId),
      5,
    );
    await one.db.asSuperuser(
      `update turns set state = 'released', released_at = now() where state = 'waiting' and head`,
    );
    expect((await asked).body.agentResponse.text).toBe('echo: #once Hello');
  });

  it('is refused when too many wait, and what it said is not stored', async () => {
    const channelId = await newChannel();
    const before = await one.count('messages');
    // The first one occupies the lane, so nobody is done before all have asked.
    const first = ask(channelId, '#slow=2000 Hello', { messageId: 'first' });
    while ((await one.count('messages')) === before) await delay(10);
    const others = Array.from({ length: 39 }, (_, index) => ask(channelId, 'Hello', { messageId: `m${index}` }));
    const statuses = (await Promise.all([first, ...others])).map(({ status }) => status);
    expect(statuses.filter((status) => status === 503)).toHaveLength(10);
    expect(await one.count('messages')).toBeLessThanOrEqual(before + 60);
    expect((await ask(await newChannel(), 'Now?')).status).toBe(201);
  });
});

it('lets all who wait look in one statement, every two seconds', async () => {
  const channelId = await newChannel();
  const looks = jest.spyOn(TurnsRepository.prototype, 'ofMessages');
  const asked = Array.from({ length: 100 }, (_, index) => ask(channelId, '#hang', { messageId: `w${index}` }, two));
  while (new Set(looks.mock.calls.flat(2)).size < 100) await delay(50);
  await delay(500);
  const before = looks.mock.calls.length;
  await delay(4_000);
  const later = looks.mock.calls.slice(before);
  expect(later.length).toBeLessThanOrEqual(3);
  expect(later.at(-1)?.[0]).toHaveLength(100);
  await one.call('DELETE', pathOf(channelId));
  const statuses = (await Promise.all(asked)).map(({ status }) => status);
  expect(statuses).toEqual(statuses.map(() => 409));
  looks.mockRestore();
});

describe('a stream of server-sent events', () => {
  it('tells the question, the pieces and the whole answer', async () => {
    const events = await stream(await newChannel(), 'One two three', two);
    const [first, ...rest] = events;
    const last = rest.pop();
    expect(first).toMatchObject({ event: 'user_message', data: { content: 'One two three', author_id: USER } });
    expect(rest.map(({ event }) => event)).toEqual(['chunk', 'chunk', 'chunk', 'chunk']);
    expect(rest.map(({ data }) => data['chunk']).join('')).toBe('echo: One two three');
    expect(rest.map(({ data }) => data['index'])).toEqual([0, 1, 2, 3]);
    expect(last).toMatchObject({ event: 'done', data: { text: 'echo: One two three', thought: 'hm', simple: true } });
    expect(new Set(rest.map(({ data }) => data['messageId']))).toEqual(new Set([last?.data['responseId']]));
  });

  it('tells only its own answer of a channel where several ask', async () => {
    const channelId = await newChannel();
    const both = await Promise.all([stream(channelId, 'alpha'), stream(channelId, 'beta', two)]);
    expect(both.map((events) => events.at(-1)?.data['text'])).toEqual(['echo: alpha', 'echo: beta']);
    for (const [index, word] of ['alpha', 'beta'].entries()) {
      const chunks = both[index]!.filter(({ event }) => event === 'chunk');
      expect(chunks.map(({ data }) => data['chunk']).join('')).toBe(`echo: ${word}`);
    }
  });

  it('tells why there is no answer', async () => {
    expect((await stream(await newChannel(), '#fail')).at(-1)).toMatchObject({
      event: 'error',
      data: { error: 'The key is wrong', code: 'TURN_FAILED' },
    });
    expect((await stream(await newChannel([USER]), 'Hello')).at(-1)).toMatchObject({
      event: 'error',
      data: { code: 'NO_AGENT' },
    });
    expect((await stream(await newChannel(), '#silent')).at(-1)).toMatchObject({
      event: 'done',
      data: { text: '', actions: ['IGNORE'] },
    });
  });

  it('is kept open with comments, and is not begun for a message that is refused', async () => {
    const events = await listenTo(one.url + pathOf(await newChannel()), body('#slow=500', { mode: 'stream' }));
    await events.toEnd();
    expect(events.comments).toBeGreaterThanOrEqual(3);
    const refused = await one.call(
      'POST',
      pathOf(newId()),
      body('x', { transport: 'sse', message_server_id: newId() }),
    );
    expect(refused).toMatchObject({ status: 404, body: { error: { code: 'CHANNEL_NOT_FOUND' } } });
  });

  it('that nobody reads any more cancels nothing', async () => {
    const channelId = await newChannel();
    const events = await listenTo(one.url + pathOf(channelId), body('#slow=600 Bye', { transport: 'sse' }));
    await events.leave();
    await delay(1_200);
    expect(await contents(channelId)).toEqual(['echo: #slow=600 Bye', '#slow=600 Bye']);
  });
});

it('leaves no room behind', async () => {
  await ask(await newChannel(), 'Hello');
  expect(one.rooms().filter((room) => room.startsWith('t:'))).toEqual([]);
});
