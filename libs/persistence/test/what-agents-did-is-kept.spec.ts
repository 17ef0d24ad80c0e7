import { newId, type Uuid } from '@app/contracts';
import { MessagePath, TurnPath, type ClaimedTurn, type Settlement } from '@app/persistence';
import { makeAgent, makeChannel, someMessage, testDatabase, type TestDatabase } from '@app/testing';

let db: TestDatabase;
let tenant: Uuid;
let agent: Uuid;
let turns: TurnPath;

beforeAll(async () => {
  db = await testDatabase();
  tenant = await db.tenant();
  agent = await makeAgent(db.database, tenant, 'Ada');
  turns = new TurnPath(db.database, { worker: 'w', leaseMs: 60_000, history: 5, maxDepth: 1, defaultShare: 100 });
});
afterAll(() => db.close());

async function claimed(): Promise<ClaimedTurn> {
  const channel = await makeChannel(db.database, tenant, { participants: [agent] });
  const accepted = await new MessagePath(db.database, 100).accept(tenant, someMessage(channel));
  if (accepted.outcome !== 'accepted') throw new Error(accepted.outcome);
  return (await turns.claim(tenant, accepted.releases[0]!.turnId))!;
}

function settlement(at = Date.now()): Settlement {
  const step = { id: newId(at), type: 'run_event', at, body: { status: 'completed' } };
  const log = { agentId: agent, entityId: newId(), roomId: newId(), steps: [step] };
  return { result: 'completed', replies: [], usage: { inputTokens: 1, outputTokens: 1 }, log };
}

const stepsOf = (turn: ClaimedTurn) =>
  db.database.inTenant(tenant, (scope) => scope.agentLogs.ofRun(agent, turn.turnId, 10));

it('writes the steps of an attempt with its settlement, once', async () => {
  const turn = await claimed();
  const end = settlement();
  expect(await turns.settle(turn, end)).toMatchObject({ outcome: 'settled' });
  expect(await turns.settle(turn, end)).toEqual({ outcome: 'lost' });
  const { entityId, roomId, steps } = end.log!;
  const [{ id, type, body, at }] = steps as [(typeof steps)[number]];
  expect(await stepsOf(turn)).toEqual([
    { id, type, body, entityId, roomId, turnId: turn.turnId, createdAt: new Date(at) },
  ]);
});

it('writes nothing of an attempt that lost its turn', async () => {
  const turn = await claimed();
  expect(await turns.settle({ ...turn, attempt: 2 }, settlement())).toEqual({ outcome: 'lost' });
  expect(await stepsOf(turn)).toEqual([]);
});

it('lets workers of the version before claim and settle beside the new ones', async () => {
  const turn = await claimed();
  const rows = await db.database.oneInTenant({
    name: 'settle-as-before',
    text: `select f.outcome from fence, lateral settle_turn(fence.tenant_id, $2, $3, 'completed', '[]', null, null, 1, 1, 0,
             1, 100) as f`,
    values: [tenant, turn.turnId, turn.attempt],
  });
  expect(rows).toEqual([{ outcome: 'settled' }]);
  expect(await stepsOf(turn)).toEqual([]);
});

it('lets steps go with their turn, and everything with the agent', async () => {
  const turn = await claimed();
  await turns.settle(turn, settlement());
  await db.database.inTenant(tenant, (scope) => scope.channels.delete(turn.channel.id));
  expect(await stepsOf(turn)).toEqual([]);
  await db.database.inTenant(tenant, (scope) => scope.agents.delete(agent));
  for (const table of ['agent_logs', 'memories', 'memory_overrides', 'memory_watermarks', 'rooms', 'worlds']) {
    expect([table, await db.asSuperuser(`select from ${table}`)]).toEqual([table, []]);
  }
});
