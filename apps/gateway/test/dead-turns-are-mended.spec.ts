import { newId, type Uuid } from '@app/contracts';
import { TurnPath } from '@app/persistence';
import { aKey, aTenant, makeAgent, makeChannel, until } from '@app/testing';
import { PlayedWorker } from './played-worker.js';
import { TestGateway, type Reply } from './support.js';

const OPERATOR = { 'x-operator-key': 'the-operators-key' };

let gateway: TestGateway;
let worker: PlayedWorker;
let tenant: Uuid;
let key: string;
let agent: Uuid;

beforeAll(async () => {
  gateway = await TestGateway.start({ OPERATOR_KEY: OPERATOR['x-operator-key'], OPEN_ACCESS: 'nobody' });
  worker = new PlayedWorker(gateway);
});
beforeEach(async () => {
  tenant = await aTenant(gateway.db.database);
  key = (await aKey(gateway.db.database, tenant)).key;
  agent = await makeAgent(gateway.db.database, tenant, 'Ada');
});
afterAll(async () => {
  await worker.close();
  await gateway.close();
});

const call = (method: string, path: string, body?: unknown): Promise<Reply> =>
  gateway.call(method, `/api/admin${path}`, body, OPERATOR);

const act = (turnId: Uuid, what: 'retry' | 'discard'): Promise<Reply> =>
  call('POST', `/tenants/${tenant}/turns/${turnId}/${what}`);

async function channel(): Promise<Uuid> {
  return makeChannel(gateway.db.database, tenant, { participants: [agent] });
}

async function say(channelId: Uuid, content: string, more: object = {}): Promise<Reply> {
  const body = { author_id: newId(), content, ...more };
  return gateway.call('POST', `/api/messaging/channels/${channelId}/messages`, body, { 'x-api-key': key });
}

/** What a worker's sweep does. */
async function release(): Promise<void> {
  const config = { worker: 'sweep', leaseMs: 1_000, history: 1, maxDepth: 1, defaultShare: 8 };
  await new TurnPath(gateway.db.database, config).release(tenant);
}

interface Turn {
  id: Uuid;
  state: string;
  seq: number;
}

async function turns(state: string, query = ''): Promise<Turn[]> {
  return (await call('GET', `/tenants/${tenant}/turns?state=${state}${query}`)).body.data.turns;
}

async function dead(count: number): Promise<Turn[]> {
  return until(`${count} turns are dead`, async () => {
    const found = await turns('failed');
    return found.length === count && found;
  });
}

const texts = (channelId: Uuid): Promise<{ content: string }[]> =>
  gateway.db.asSuperuser('select content from messages where channel_id = $1 order by seq', [channelId]);

it('counts what waits, runs and failed, over all tenants and by each, and says how long the oldest has waited', async () => {
  const [one, other] = [await channel(), await channel()];
  await say(one, '#fail');
  await dead(1);
  await say(other, '#hang');
  await until('one runs', async () => (await turns('running')).length === 1);
  await say(other, 'behind it');
  await gateway.db.asSuperuser(
    `update turns set available_at = available_at - interval '1 minute' where tenant_id = $1 and state = 'waiting'`,
    [tenant],
  );
  const { data } = (await call('GET', '/queue')).body;
  const own = data.tenants.find(({ tenantId }: { tenantId: Uuid }) => tenantId === tenant);
  expect(own).toMatchObject({ waiting: 1, released: 0, running: 1, failed: 1 });
  expect(own.oldestWaitingMs).toBeGreaterThanOrEqual(60_000);
  expect(own.oldestWaitingMs).toBeLessThan(120_000);
  expect(data.turns.failed).toBeGreaterThanOrEqual(1);
  expect(data.tenants[0].tenantId).toBe(tenant);
  expect(data.queues.map(({ queue }: { queue: string }) => queue)).toEqual(['turns', 'titles', 'derivations']);
  const { tenantId: _, ...counts } = own;
  const alone = (await call('GET', `/tenants/${tenant}/queue`)).body.data;
  expect({ ...alone, oldestWaitingMs: 0 }).toEqual({ ...counts, oldestWaitingMs: 0 });
  expect((await call('GET', `/tenants/${newId()}/queue`)).body.error.code).toBe('TENANT_NOT_FOUND');
});

it('lists dead turns page by page, and narrows them to how they failed', async () => {
  for (let index = 0; index < 5; index++) await say(await channel(), '#fail');
  await dead(5);
  const paged: Turn[] = [];
  let cursor = '';
  for (;;) {
    const { data } = (await call('GET', `/tenants/${tenant}/turns?limit=2${cursor}`)).body;
    paged.push(...data.turns);
    if (!data.next) break;
    cursor = `&cursor=${data.next}`;
  }
  expect(paged).toEqual(await dead(5));
  expect(await turns('failed', '&errorKind=caller')).toHaveLength(5);
  expect(await turns('failed', '&errorKind=world')).toEqual([]);
  for (const wrong of ['cursor=nonsense', 'state=completed']) {
    expect((await call('GET', `/tenants/${tenant}/turns?${wrong}`)).body.error.code).toBe('VALIDATION_ERROR');
  }
});

it('tells the life of a turn, and nothing that was said', async () => {
  const place = await channel();
  await say(place, 'canary #fail');
  const [turn] = await dead(1);
  const { text, body } = await call('GET', `/tenants/${tenant}/turns/${turn!.id}`);
  expect(body.data).toMatchObject({
    ...{ id: turn!.id, agentId: agent, channelId: place, state: 'failed', attempt: 1, errorKind: 'caller' },
    ...{ inputTokens: 1, outputTokens: 1, replyIds: [], effects: 0, steps: [], seq: 1, worker: 'played' },
  });
  expect(text).not.toMatch(/canary|The key is wrong/);
  const other = await aTenant(gateway.db.database);
  const elsewhere = await call('GET', `/tenants/${other}/turns/${turn!.id}`);
  expect(elsewhere).toMatchObject({ status: 404, body: { error: { code: 'TURN_NOT_FOUND' } } });
});

it('has a dead turn tried anew: it is answered once, and the audit log says by whom', async () => {
  const place = await channel();
  await say(place, '#failonce');
  const [turn] = await dead(1);
  const retried = await act(turn!.id, 'retry');
  expect(retried.body.data).toMatchObject({ state: 'waiting', attempt: 1, attemptsBefore: 1, finishedAt: null });
  expect(await act(turn!.id, 'retry')).toMatchObject({ status: 409, body: { error: { code: 'CONFLICT' } } });
  await release();
  await until('it is answered', async () => (await texts(place)).length === 2);
  const { data } = (await call('GET', `/tenants/${tenant}/turns/${turn!.id}`)).body;
  expect(data).toMatchObject({ state: 'completed', attempt: 2, replyIds: [expect.any(String)] });
  expect(await act(turn!.id, 'retry')).toMatchObject({ status: 409 });
  expect(await act(turn!.id, 'discard')).toMatchObject({
    status: 409,
    body: { error: { details: { state: 'completed' } } },
  });
  expect((await texts(place)).map(({ content }) => content)).toEqual(['#failonce', 'echo: #failonce']);
  const acts = await gateway.db.asSuperuser<{ outcome: string }>(
    `select outcome from audit_log where tenant_id = $1 and action = 'turn.retry' and object_id = $2 order by at`,
    [tenant, turn!.id],
  );
  expect(acts.map(({ outcome }) => outcome)).toEqual(['done', 'CONFLICT', 'CONFLICT']);
});

it('goes before later questions that nobody has taken yet, and behind the one that is being answered', async () => {
  const place = await channel();
  await say(place, 'first #failonce');
  const [turn] = await dead(1);
  await say(place, 'second #slow=500');
  await until('one runs', async () => (await turns('running')).length === 1);
  await say(place, 'third');
  await act(turn!.id, 'retry');
  await until('all are answered', async () => {
    await release();
    return (await texts(place)).length === 6;
  });
  const answers = (await texts(place)).map(({ content }) => content).filter((text) => text.startsWith('echo'));
  expect(answers).toEqual(['echo: second #slow=500', 'echo: first #failonce', 'echo: third']);
});

it.each([
  ['its message is gone', 'message_gone', (place: Uuid) => `/api/messaging/channels/${place}/messages`],
  ['its agent has left', 'agent_left', (place: Uuid) => `/api/messaging/channels/${place}/agents/${agent}`],
])('tries nothing anew of which %s', async (_, reason, path) => {
  const place = await channel();
  await say(place, '#fail');
  const [turn] = await dead(1);
  await gateway.call('DELETE', path(place), undefined, { 'x-api-key': key });
  expect(await act(turn!.id, 'retry')).toMatchObject({ status: 409, body: { error: { details: { reason } } } });
  expect((await act(turn!.id, 'discard')).body.data).toEqual({ ended: true });
  expect(await turns('failed')).toEqual([]);
});

it('tries many dead turns anew at once, and says how many not and why', async () => {
  const places = [await channel(), await channel(), await channel()];
  for (const place of places) await say(place, '#failonce');
  await dead(3);
  await gateway.call('DELETE', `/api/messaging/channels/${places[0]}/messages`, undefined, { 'x-api-key': key });
  const mended = await call('POST', `/tenants/${tenant}/turns/retry`, { limit: 3, errorKind: 'caller' });
  const { next, ...outcome } = mended.body.data;
  expect(outcome).toEqual({ done: 2, left: { message_gone: 1 } });
  const rest = await call('POST', `/tenants/${tenant}/turns/retry`, { cursor: next });
  expect(rest.body.data).toEqual({ done: 0, left: {} });
  await until('all are answered', async () => {
    await release();
    return (await texts(places[1]!)).length === 2 && (await texts(places[2]!)).length === 2;
  });
  const discarded = await call('POST', `/tenants/${tenant}/turns/discard`, {});
  expect(discarded.body.data).toEqual({ done: 1, left: {} });
  expect(await turns('failed')).toEqual([]);
});

it('takes off a turn that hangs: whoever waits is told at once, and the next of its lane comes forward', async () => {
  const place = await channel();
  const socket = await gateway.connect(newId(), { apiKey: key });
  await socket.join(place);
  const waiting = say(place, '#hang', { transport: 'http' });
  const [turn] = await until('it runs', async () => {
    const found = await turns('running');
    return found.length === 1 && found;
  });
  await say(place, 'next');
  const since = performance.now();
  await act(turn!.id, 'discard');
  const told = await waiting;
  expect(told).toMatchObject({ status: 409, body: { error: { code: 'TURN_CANCELLED' } } });
  expect(performance.now() - since).toBeLessThan(1_500);
  await socket.next('messageStreamError', ({ channelId }) => channelId === place);
  await socket.next('messageComplete', ({ channelId }) => channelId === place);
  expect(await socket.next('controlMessage')).toMatchObject({ action: 'enable_input', channelId: place });
  await release();
  await until('the next is answered', async () => (await texts(place)).some(({ content }) => content === 'echo: next'));
  expect((await call('GET', `/tenants/${tenant}/turns/${turn!.id}`)).body.data.state).toBe('discarded');
});
