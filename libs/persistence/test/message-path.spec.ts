import { newId, replyId, type Uuid } from '@app/contracts';
import { MessagePath, TurnPath, type NewMessage } from '@app/persistence';
import { testDatabase, type TestDatabase } from '@app/testing';

let db: TestDatabase;
let tenant: Uuid;
let messages: MessagePath;
let turns: TurnPath;

beforeAll(async () => {
  db = await testDatabase();
  tenant = await db.tenant();
  messages = new MessagePath(db.database, 10);
  turns = new TurnPath(db.database, { worker: 'w1', leaseMs: 4000, history: 20, maxDepth: 2, defaultShare: 10 });
});
afterAll(() => db.close());

const NIL = '00000000-0000-0000-0000-000000000000';

async function channelWith(type: string, agentNames: string[]): Promise<{ channelId: Uuid; agents: Uuid[] }> {
  const channelId = newId();
  const agents = agentNames.map(() => newId());
  await db.database.inTenant(tenant, async (scope) => {
    for (const [index, name] of agentNames.entries()) {
      await scope.agents.insert({ id: agents[index]!, name, character: { name }, engine: 'native' });
      await scope.agents.setEnabled(agents[index]!, true);
    }
    await scope.channels.insert({ id: channelId, messageServerId: NIL, name: 'c', type, metadata: {} });
    await scope.participants.add(channelId, agents);
  });
  return { channelId, agents };
}

function message(channelId: Uuid, content: string, more: Partial<NewMessage> = {}): NewMessage {
  return { id: newId(), channelId, authorId: newId(), content, metadata: {}, targets: [], ...more };
}

it('numbers messages without gaps and releases one turn of a lane at a time', async () => {
  const { channelId, agents } = await channelWith('DM', ['Ada']);
  const first = await messages.accept(tenant, message(channelId, 'one'));
  const second = await messages.accept(tenant, message(channelId, 'two'));
  expect(first).toMatchObject({ outcome: 'accepted', seq: 1, releases: [{ attempt: 0, releaseNo: 1, priority: 1 }] });
  expect(second).toMatchObject({ outcome: 'accepted', seq: 2, releases: [] });
  if (first.outcome !== 'accepted') throw new Error();
  const { turnId } = first.releases[0]!;

  const claimed = await turns.claim(tenant, turnId);
  expect(claimed).toMatchObject({ attempt: 1, agent: { id: agents[0], version: 1 }, channel: { id: channelId } });
  expect(claimed!.history.map((line) => line.text)).toEqual(['one']);
  expect(await turns.claim(tenant, turnId)).toBeUndefined();
  expect(await turns.renew([{ tenantId: tenant, turnId, attempt: 1 }])).toEqual(new Map([[turnId, 'running']]));

  const reply = { id: replyId(turnId, 1, 0), content: 'answer', metadata: {} };
  const end = { result: 'completed' as const, replies: [reply], usage: { inputTokens: 1, outputTokens: 2 } };
  const settled = await turns.settle({ tenantId: tenant, turnId, attempt: 1 }, end);
  expect(settled).toMatchObject({
    outcome: 'settled',
    replies: [{ id: reply.id, seq: 3 }],
    releases: [{ attempt: 0 }],
  });
  expect(await turns.settle({ tenantId: tenant, turnId, attempt: 1 }, end)).toEqual({ outcome: 'lost' });
});

it('stores a client message id once and refuses it with other content', async () => {
  const { channelId } = await channelWith('GROUP', []);
  const authorId = newId();
  const same = (): NewMessage => message(channelId, 'x', { authorId, clientMessageId: 'c1', contentHash: 'h1' });
  const answers = await Promise.all(Array.from({ length: 20 }, () => messages.accept(tenant, same())));
  expect(answers.filter((answer) => answer.outcome === 'accepted')).toHaveLength(1);
  expect(new Set(answers.map((answer) => 'id' in answer && `${answer.id} ${answer.seq}`)).size).toBe(1);
  const other = await messages.accept(tenant, { ...same(), contentHash: 'h2' });
  expect(other.outcome).toBe('conflict');
  const somebodyElse = await messages.accept(tenant, { ...same(), authorId: newId() });
  expect(somebodyElse).toMatchObject({ outcome: 'accepted', seq: 2 });
});

it('asks only the agents a group message speaks to', async () => {
  const { channelId, agents } = await channelWith('GROUP', ['Bo', 'Dr. C++']);
  const turnsOf = async (content: string, more: Partial<NewMessage> = {}) => {
    const accepted = await messages.accept(tenant, message(channelId, content, more));
    if (accepted.outcome !== 'accepted') throw new Error();
    const asked = await db.database.inTenant(tenant, (scope) => scope.turns.ofMessages([accepted.id]));
    return asked.map((turn) => agents.indexOf(turn.agentId));
  };
  expect(await turnsOf('hello all, how is the robot?')).toEqual([]);
  expect(await turnsOf('hi @bo')).toEqual([0]);
  expect(await turnsOf('dr. c++, please')).toEqual([1]);
  expect(await turnsOf('somebody', { targets: [agents[1]!] })).toEqual([1]);
});

it('cancels what is owed to a deleted message', async () => {
  const { channelId } = await channelWith('DM', ['Del']);
  const first = await messages.accept(tenant, message(channelId, 'one'));
  const second = await messages.accept(tenant, message(channelId, 'two'));
  if (first.outcome !== 'accepted' || second.outcome !== 'accepted') throw new Error();
  await db.database.inTenant(tenant, (scope) => scope.messages.delete(channelId, first.id));
  const owed = await db.database.inTenant(tenant, (scope) => scope.turns.ofMessages([first.id, second.id]));
  expect(owed.map((turn) => turn.state)).toEqual(['cancelled', 'waiting']);
  const events = await db.database.inTenant(tenant, (scope) => scope.messages.eventsAfter(channelId, 0, 10));
  expect(events.map((event) => [event.seq, event.kind, event.message?.content])).toEqual([
    [1, 'message', undefined],
    [2, 'message', 'two'],
    [3, 'message_deleted', undefined],
  ]);
  expect(await turns.release(tenant)).toHaveLength(1);
});
