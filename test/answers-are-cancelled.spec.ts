import { newId, type CancelledAnswers, type Uuid } from '@app/contracts';
import { Cluster, FleetClient, makeAgent, makeChannel, until } from '@app/testing';

/** An answer that says three pieces, and then nothing until it is broken off. */
const ENDLESS = 'Tell me #chunks=6 #after=3 #hang #reply=one two three four five six';

let cluster: Cluster;
let agent: Uuid;
let person: FleetClient;
let channelId: Uuid;

beforeAll(async () => {
  // One slot: what is not let go holds up everything behind it. Leases as in production.
  const env = { WORKER_SLOTS: '1', TURN_LEASE_MS: '4000', ANSWER_WAIT_MS: '20000' };
  cluster = await Cluster.start({ gateways: 2, workers: 1, env });
  agent = await makeAgent(cluster.database, cluster.tenantId, 'Ada');
}, 60_000);
beforeEach(async () => {
  person = await FleetClient.connect(cluster.url(1));
  const participants = [person.entityId, agent];
  channelId = await makeChannel(cluster.database, cluster.tenantId, { type: 'DM', participants });
  await person.join(channelId);
});
afterEach(() => person.close());
afterAll(() => cluster?.close());

interface Answer<T> {
  status: number;
  body: { data: T; error: { code: string } };
}

async function post<T>(path: string, body: object = {}): Promise<Answer<T>> {
  const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(cluster.url(2) + path, json);
  return { status: answer.status, body: (await answer.json()) as Answer<T>['body'] };
}

const cancel = (messageId: Uuid, body: object = {}): Promise<Answer<CancelledAnswers>> =>
  post(`/api/messaging/channels/${channelId}/messages/${messageId}/cancel`, body);

const said = (): string =>
  person
    .all('messageStreamChunk')
    .map(({ chunk }) => chunk)
    .join('');

const heard = (what: string, ask: () => boolean): Promise<boolean> => until(what, ask, { ms: 15_000, every: 5 });

it('stops a running answer from another gateway within a second, and keeps and marks what was said', async () => {
  const { messageId } = await person.send(channelId, ENDLESS);
  await heard('three pieces came', () => said().startsWith('one two t'));
  const askedAt = performance.now();
  const { status, body } = await cancel(messageId);
  expect([status, body.data]).toEqual([
    200,
    { channelId, messageId, answers: [{ agentId: agent, state: 'stopping' }] },
  ]);
  const reply = await person.reply(messageId);
  const took = performance.now() - askedAt;
  expect(took).toBeLessThan(1_000);

  expect(reply).toMatchObject({ text: said(), senderId: agent, id: person.all('messageStreamChunk')[0]!.messageId });
  expect(said().trim()).not.toBe('');
  await heard('it was over', () => person.all('messageComplete').length === 1);
  const turn = await cluster.turn(messageId, 'cancelled');
  expect(turn.attempt).toBe(1);
  const rows = await cluster.sql('select content, metadata ->> $2 as cancelled from messages where id = $1', [
    reply.id,
    'cancelled',
  ]);
  expect(rows).toEqual([{ content: said(), cancelled: 'true' }]);

  const next = await person.send(channelId, 'Good day');
  expect((await person.reply(next.messageId)).text).toBe('echo: Good day');
  expect((await cancel(messageId)).body.data.answers).toEqual([{ agentId: agent, state: 'cancelled' }]);
  expect((await cancel(next.messageId)).body.data.answers).toEqual([{ agentId: agent, state: 'completed' }]);
});

it('takes a waiting answer off at once, by a socket, and tells who waits for it', async () => {
  const running = await person.send(channelId, ENDLESS);
  await heard('it runs', () => person.all('messageStreamChunk').length > 0);
  const waiter = post(`/api/messaging/channels/${channelId}/messages`, {
    author_id: person.entityId,
    content: 'Are you there?',
    transport: 'http',
  });
  const question = await person.broadcast('the question', ({ text }) => text === 'Are you there?');
  person.socket.emit('cancel_answers', { channelId, messageId: question.id, agentId: agent });
  await heard('it was confirmed', () => person.all('answersCancelled').length === 1);
  expect(person.all('answersCancelled')).toEqual([
    { channelId, messageId: question.id, answers: [{ agentId: agent, state: 'cancelled' }] },
  ]);
  const { status, body } = await waiter;
  expect([status, body.error.code]).toEqual([409, 'TURN_CANCELLED']);
  expect((await cluster.turn(question.id, 'cancelled')).attempt).toBe(0);
  await cancel(running.messageId);
  await cluster.turn(running.messageId, 'cancelled');
});

it('stores nothing of an answer that had not begun', async () => {
  const { messageId } = await person.send(channelId, 'Think #hang');
  await cluster.turn(messageId, 'running');
  await cancel(messageId, { agentId: agent });
  await cluster.turn(messageId, 'cancelled');
  await heard('it was told', () => person.all('messageStreamError').some(({ error }) => /cancelled/.test(error)));
  await heard('the input is open again', () => person.all('controlMessage').length > 0);
  expect(await cluster.sql('select id from messages where in_reply_to = $1', [messageId])).toEqual([]);
});

it('ends an answer whose worker dies before it could stop', async () => {
  const { messageId } = await person.send(channelId, ENDLESS);
  await cluster.turn(messageId, 'running');
  const worker = cluster.worker(1);
  process.kill(worker.pid, 'SIGSTOP');
  expect((await cancel(messageId)).body.data.answers).toEqual([{ agentId: agent, state: 'stopping' }]);
  await worker.kill();
  await worker.start();
  expect((await cluster.turn(messageId, 'cancelled')).attempt).toBe(1);
  await heard('it was over', () => person.all('messageComplete').length === 1);
}, 40_000);

it('knows nothing of what is not there, and refuses what is no id', async () => {
  const { messageId } = await person.send(channelId, 'Good day');
  await person.reply(messageId);
  const other = await makeChannel(cluster.database, cluster.tenantId);
  const strange = [newId(), messageId].map((id) => post(`/api/messaging/channels/${other}/messages/${id}/cancel`));
  for (const { status, body } of await Promise.all(strange))
    expect([status, body.error.code]).toEqual([404, 'NOT_FOUND']);
  expect((await cancel(messageId, { agentId: 'Ada' })).body.error.code).toBe('VALIDATION_ERROR');
  person.socket.emit('cancel_answers', { channelId });
  await heard('it was refused', () => person.all('messageError').length === 1);
  expect(person.all('messageError')[0]).toMatchObject({ code: 'VALIDATION_ERROR' });
});
