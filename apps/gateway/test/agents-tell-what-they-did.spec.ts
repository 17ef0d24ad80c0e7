import { newId, ownId, type Uuid } from '@app/contracts';
import { somebody, TwoGateways } from './two-gateways.js';

interface LogOf {
  id: Uuid;
  type: string;
  body: Record<string, unknown>;
}

let fleet: TwoGateways;
let agent: Uuid;
let user: Uuid;
let channel: Uuid;
let said: Uuid;

beforeAll(async () => {
  fleet = await TwoGateways.start();
  agent = await fleet.agent('Ada');
  user = somebody();
  channel = await fleet.channel([user, agent]);
  said = await fleet.say(channel, user, 'Hello');
  await fleet.say(channel, user, 'Again');
});
afterAll(() => fleet.close());

it('lists runs through the client of ElizaOS, with what happened in each', async () => {
  const { runs, total, hasMore } = await fleet.client.runs.listRuns(agent, { limit: 1 });
  expect({ runs: runs.length, total, hasMore }).toEqual({ runs: 1, total: 2, hasMore: true });
  const all = await fleet.client.runs.listRuns(agent, { status: 'completed', roomId: ownId(agent, channel) });
  expect(all).toMatchObject({ total: 2, hasMore: false });
  const run = all.runs[1];
  expect(run).toMatchObject({
    ...{ status: 'completed', messageId: said, roomId: ownId(agent, channel), entityId: user },
    counts: { actions: 0, modelCalls: 1, errors: 0, evaluators: 0 },
  });
  expect(run.durationMs).toBe(run.endedAt - run.startedAt);
  const { summary, events } = await fleet.client.runs.getRun(agent, run.runId, run.roomId);
  expect(summary).toEqual(run);
  expect(events.map((event: { type: string }) => event.type)).toEqual(['RUN_STARTED', 'MODEL_USED', 'RUN_ENDED']);
  expect(events[0].data).toEqual({ source: 'messageHandler', messageId: said });
  expect(events[1].data).toMatchObject({
    ...{ modelType: 'TEXT_LARGE', provider: 'scripted', executionTime: expect.any(Number) },
    ...{ response: 'echo: Hello', prompt: expect.stringContaining('Hello'), usage: { completion_tokens: 2 } },
  });
  expect(events[2].data).toEqual({ status: 'completed', durationMs: run.durationMs });
});

it('narrows runs by time, state, room and entity', async () => {
  const { runs } = await fleet.client.runs.listRuns(agent, {});
  const from = runs[0].startedAt - 5;
  expect((await fleet.client.runs.listRuns(agent, { from })).runs).toHaveLength(1);
  expect((await fleet.client.runs.listRuns(agent, { to: from })).runs).toHaveLength(1);
  for (const status of ['started', 'timeout', 'error']) {
    expect(await fleet.client.runs.listRuns(agent, { status })).toEqual({ runs: [], total: 0, hasMore: false });
  }
  expect((await fleet.client.runs.listRuns(agent, { roomId: newId() })).runs).toEqual([]);
  const headers = (id: Uuid) => ({ 'x-entity-id': id });
  const path = `/api/agents/${agent}/runs`;
  expect((await fleet.call('GET', path, undefined, headers(user))).body.data.total).toBe(2);
  expect((await fleet.call('GET', path, undefined, headers(newId()))).body.data.total).toBe(0);
  expect((await fleet.call('GET', `${path}/${runs[0].runId}`, undefined, headers(newId()))).status).toBe(404);
  expect((await fleet.call('GET', `${path}?status=nope`)).status).toBe(400);
  await expect(fleet.client.runs.getRun(agent, newId())).rejects.toMatchObject({ status: 404 });
});

it('lists the log through the client of ElizaOS, by room, type, time, text and outcome', async () => {
  const logs = (params: object = {}): Promise<LogOf[]> => fleet.client.agents.getAgentLogs(agent, params);
  const all = await logs();
  expect(all.map((log) => log.type)).toEqual([
    ...['run_event', 'useModel:TEXT_LARGE', 'run_event'],
    ...['run_event', 'useModel:TEXT_LARGE', 'run_event'],
  ]);
  expect(all.map((log) => log.body['status'])).toEqual([
    'completed',
    undefined,
    'started',
    'completed',
    undefined,
    'started',
  ]);
  expect(await logs({ limit: 2 })).toEqual(all.slice(0, 2));
  expect(await logs({ count: 2, offset: 2 })).toEqual(all.slice(2, 4));
  expect(await logs({ type: 'run_event' })).toHaveLength(4);
  expect(await logs({ excludeTypes: 'run_event' })).toHaveLength(2);
  expect(await logs({ excludeTypes: 'TEXT' })).toHaveLength(4);
  const twice = await fleet.call('GET', `/api/agents/${agent}/logs?excludeTypes=run_event&excludeTypes=TEXT_LARGE`);
  expect(twice.body.data).toEqual([]);
  expect(await logs({ roomId: ownId(agent, channel) })).toEqual(all);
  expect(await logs({ roomId: channel })).toEqual(all);
  expect(await logs({ roomId: newId() })).toEqual([]);
  expect(await logs({ search: 'ECHO: again' })).toHaveLength(1);
  expect(await logs({ level: 'error' })).toEqual([]);
  expect(await logs({ level: 'info' })).toEqual(all);
  expect(await logs({ from: new Date(Date.now() + 10_000).toISOString() })).toEqual([]);
  expect(await logs({ to: Date.now() + 10_000 })).toEqual(all);
  const others = await fleet.call('GET', `/api/agents/${agent}/logs`, undefined, { 'x-entity-id': newId() });
  expect(others.body.data).toEqual([]);
});

it('deletes one step of the log', async () => {
  const [last] = await fleet.client.agents.getAgentLogs(agent, { limit: 1 });
  expect(await fleet.client.agents.deleteAgentLog(agent, last.id)).toEqual({ success: true });
  expect((await fleet.client.agents.getAgentLogs(agent, { limit: 1 }))[0].id).not.toBe(last.id);
  await expect(fleet.client.agents.deleteAgentLog(agent, last.id)).rejects.toMatchObject({ status: 404 });
});

it('tells of a run that failed, of one that was tried again, and of one that was cancelled', async () => {
  const other = await fleet.agent('Bob');
  const room = await fleet.channel([user, other]);
  await fleet.say(room, user, 'No #fail=caller');
  await fleet.say(room, user, 'Twice #fail=world:1');
  const [again, failed] = (await fleet.client.runs.listRuns(other, {})).runs;
  expect(failed).toMatchObject({ status: 'error', counts: { modelCalls: 1 }, metadata: { state: 'failed' } });
  expect(failed.counts.errors).toBeGreaterThan(0);
  expect(again).toMatchObject({ status: 'completed', metadata: { attempt: 2 }, counts: { modelCalls: 2 } });
  const { events } = await fleet.client.runs.getRun(other, again.runId);
  expect(events.map((event: { type: string }) => event.type)).toEqual([
    ...['RUN_STARTED', 'MODEL_USED', 'MODEL_USED', 'RUN_ENDED'],
  ]);
  const errors = await fleet.client.agents.getAgentLogs(other, { level: 'error' });
  expect(errors.map((log: LogOf) => log.type).sort()).toEqual([
    'run_event',
    'useModel:TEXT_LARGE',
    'useModel:TEXT_LARGE',
  ]);
  const saying = fleet.say(room, user, 'Wait #hang');
  const hung = async () => (await fleet.client.runs.listRuns(other, { status: 'started' })).runs;
  while ((await hung())[0]?.metadata.state !== 'running') await new Promise((resolve) => setTimeout(resolve, 20));
  await fleet.client.messaging.clearChannelHistory(room);
  await saying;
  const [cancelled] = (await fleet.client.runs.listRuns(other, { status: 'error' })).runs;
  expect(cancelled).toMatchObject({ metadata: { state: 'cancelled', error: 'The channel was cleared' } });
});

it('keeps no text of prompts and answers unless the agent asks for it, and any text it can be given', async () => {
  const { id } = await fleet.client.agents.createAgent({ agent: { name: 'Shy' } });
  await fleet.client.agents.startAgent(id);
  const room = await fleet.channel([user, id]);
  await fleet.say(room, user, 'A secret');
  const log = await fleet.call('GET', `/api/agents/${id}/logs`);
  expect(log.body.data).toHaveLength(3);
  expect(log.text).not.toContain('secret');
  expect(log.body.data[1].body).toMatchObject({
    response: '(14 characters)',
    params: { promptLength: expect.any(Number) },
  });
  const long = await fleet.channel([user, agent]);
  await fleet.say(long, user, `${'😀'.repeat(9_000)} odd${'x'}`);
  const [run] = (await fleet.client.runs.listRuns(agent, { limit: 1 })).runs;
  expect(run).toMatchObject({ status: 'completed', counts: { modelCalls: 1 } });
});

it('shows no panels, and nothing at all of a stopped agent', async () => {
  expect(await fleet.client.agents.getAgentPanels(agent)).toEqual({ panels: [] });
  const stopped = await fleet.agent('Carl');
  await fleet.client.agents.stopAgent(stopped);
  for (const end of ['panels', 'logs', 'runs', `runs/${newId()}`]) {
    const reply = await fleet.call('GET', `/api/agents/${stopped}/${end}`);
    expect(reply).toMatchObject({ status: 404, body: { error: { message: 'Agent not found' } } });
  }
  expect((await fleet.call('DELETE', `/api/agents/${stopped}/logs/${newId()}`)).status).toBe(404);
});
