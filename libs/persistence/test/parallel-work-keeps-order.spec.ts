import { newId, replyId, type Uuid } from '@app/contracts';
import { Database, Dispatch, isFinal, MessagePath, sqlState, TurnPath, type HeldTurn } from '@app/persistence';
import { dice, LONG, makeAgent, makeChannel, SEED, someMessage, testDatabase, type TestDatabase } from '@app/testing';
import { Client } from 'pg';
import { brokenLanes, brokenOrder, turnRows } from './lanes-invariants.js';

const SHARE = 6;
const MAX_ATTEMPTS = 4;
const ACTORS = 24;
const STEPS = LONG ? 1_500 : 100;

let db: TestDatabase;
let database: Database;
let superuser: Client;
let messages: MessagePath;
let path: TurnPath;
let dispatch: Dispatch;
let tenant: Uuid;
let agents: Uuid[];
let channels: Uuid[];

beforeAll(async () => {
  db = await testDatabase();
  database = await Database.open({ ...db.config, poolSize: ACTORS });
  superuser = new Client({ connectionString: db.adminUrl });
  await superuser.connect();
  messages = new MessagePath(database, SHARE);
  // Leases as short as a slow statement, so that they end in the middle of everything.
  path = new TurnPath(database, { worker: 'w', leaseMs: 40, history: 5, maxDepth: 2, defaultShare: SHARE });
  dispatch = new Dispatch(database);
  tenant = await db.tenant();
  agents = [await makeAgent(database, tenant, 'Ada'), await makeAgent(database, tenant, 'Bob')];
  channels = [];
  for (const type of ['DM', 'GROUP', 'DM', 'GROUP']) {
    channels.push(await makeChannel(database, tenant, { type, participants: agents }));
  }
});
afterAll(async () => {
  await superuser.end();
  await database.close();
  await db.close();
});

/** What everybody knows of: released turns, held turns and message ids. Any of it may be out of date. */
const released: Uuid[] = [];
const held: HeldTurn[] = [];
const said: { channelId: Uuid; id: Uuid }[] = [];

async function act(roll: (sides: number) => number): Promise<void> {
  const channelId = channels[roll(channels.length)]!;
  const agent = agents[roll(agents.length)]!;
  const one = <T>(from: T[]): T | undefined => from[Math.max(0, from.length - 1 - roll(10))];
  const what = roll(100);
  if (what < 3) {
    // Operators meddle, with whatever state the turn is in by now.
    const turn = one(held);
    if (turn) await database.inTenant(tenant, (scope) => scope.queue.revive(turn.turnId));
  } else if (what < 4) {
    const turn = one(held);
    if (turn) await database.inTenant(tenant, (scope) => scope.queue.discard(turn.turnId));
  } else if (what < 30) {
    const content = ['x', 'x Ada', 'x Bob', 'Ada Bob'][roll(4)];
    const answer = await messages.accept(tenant, someMessage(channelId, { content }));
    if (answer.outcome !== 'accepted') throw new Error(answer.outcome);
    said.push({ channelId, id: answer.id });
    released.push(...answer.releases.map((release) => release.turnId));
  } else if (what < 55) {
    const turnId = one(released);
    const claimed = turnId && (await path.claim(tenant, turnId));
    if (claimed) held.push({ tenantId: tenant, turnId, attempt: claimed.attempt });
  } else if (what < 77) {
    const turn = one(held);
    if (!turn) return;
    const result = (['completed', 'completed', 'completed', 'failed', 'retry'] as const)[roll(5)]!;
    const reply = { id: replyId(turn.turnId, turn.attempt, 0), content: ['y', 'Ada', 'Bob'][roll(3)]!, metadata: {} };
    const settled = await path.settle(turn, {
      result,
      replies: result === 'completed' ? [reply] : [],
      usage: { inputTokens: 1, outputTokens: 1 },
    });
    if (settled.outcome === 'settled') released.push(...settled.releases.map((release) => release.turnId));
  } else if (what < 83) {
    await path.renew(held.slice(-20).sort(() => roll(3) - 1));
  } else if (what < 90) {
    await sweep();
  } else if (what < 94) {
    const message = one(said);
    if (message) await database.inTenant(tenant, (scope) => scope.messages.delete(message.channelId, message.id));
  } else if (what < 95) {
    await database.inTenant(tenant, (scope) => scope.messages.clear(channelId));
  } else if (what < 97) {
    await database.inTenant(tenant, (scope) => scope.agents.setEnabled(agent, false));
  } else if (what < 99) {
    await database.inTenant(tenant, (scope) => scope.agents.setEnabled(agent, true));
  } else {
    await database.inTenant(tenant, async ({ participants }) => {
      if (roll(2)) await participants.remove(channelId, agent);
      await participants.add(channelId, [agent]);
    });
  }
}

async function sweep(): Promise<void> {
  const over = await dispatch.leasesOver();
  await dispatch.recover(
    tenant,
    over.map((turn) => turn.turnId),
    MAX_ATTEMPTS,
  );
  const unclaimed = await dispatch.unclaimed(20);
  const again = await dispatch.releaseAgain(
    tenant,
    unclaimed.map((turn) => turn.turnId),
    20,
  );
  released.push(...[...(await path.release(tenant)), ...again].map((release) => release.turnId));
}

it(
  'many at once on the same lanes leave no gap, no stuck lane, no second answer, and meet no deadlock',
  async () => {
    const seed = SEED ?? Date.now() % 1_000_000;
    const faults: unknown[] = [];
    let working = true;
    const watcher = (async () => {
      while (working) {
        faults.push(...brokenLanes(await turnRows(superuser, tenant)));
      }
    })();
    const actors = Array.from({ length: ACTORS }, async (_, index) => {
      const roll = dice(seed * 1_000 + index);
      for (let step = 0; step < STEPS; step++) {
        await act(roll).catch((error: unknown) => faults.push(sqlState(error) ?? 'no state', error));
      }
    });
    await Promise.all(actors);
    working = false;
    await watcher;
    expect({ seed, faults }).toEqual({ seed, faults: [] });
    for (let round = 0; (await turnRows(superuser, tenant)).some((row) => !isFinal(row.state)); round++) {
      if (round > 2_000) throw new Error(`The backlog does not drain, seed ${seed}`);
      await sweep();
      for (const turnId of new Set(released.splice(0))) {
        const claimed = await path.claim(tenant, turnId);
        if (!claimed) continue;
        const usage = { inputTokens: 0, outputTokens: 0 };
        await path.settle(
          { tenantId: tenant, turnId, attempt: claimed.attempt },
          { result: 'failed', replies: [], usage },
        );
      }
    }
    const rows = await turnRows(superuser, tenant);
    expect({ seed, faults: brokenLanes(rows) }).toEqual({ seed, faults: [] });
    expect({ seed, faults: await brokenOrder(superuser, tenant) }).toEqual({ seed, faults: [] });
    const twice = await superuser.query(
      `select in_reply_to, author_id from messages where in_reply_to is not null group by 1, 2 having count(*) > 1`,
    );
    expect({ seed, twice: twice.rows }).toEqual({ seed, twice: [] });
    const [met] = await db.asSuperuser<{ deadlocks: number }>(
      'select deadlocks::int from pg_stat_database where datname = current_database()',
    );
    expect({ seed, ...met }).toEqual({ seed, deadlocks: 0 });
  },
  LONG ? 600_000 : 60_000,
);

it('exceeds a tenant’s share at most by the statements of one moment, and then waits until it is free again', async () => {
  const share = 3;
  const own = await db.tenant();
  const agent = await makeAgent(database, own, 'Ada');
  const many = await Promise.all(
    Array.from({ length: 60 }, () => makeChannel(database, own, { participants: [agent] })),
  );
  const path = new MessagePath(database, share);
  await Promise.all(many.map((channelId) => path.accept(own, someMessage(channelId))));
  const inFlight = async (): Promise<number> =>
    (await turnRows(superuser, own)).filter((row) => row.state === 'released').length;
  const afterBurst = await inFlight();
  // Each statement counts before it releases, and does not see what others release meanwhile.
  expect(afterBurst).toBeGreaterThanOrEqual(share);
  expect(afterBurst).toBeLessThanOrEqual(share * ACTORS);
  const patient = new TurnPath(database, {
    worker: 'w',
    leaseMs: 60_000,
    history: 5,
    maxDepth: 2,
    defaultShare: share,
  });
  expect(await patient.release(own)).toEqual([]);
  await Promise.all(many.map((channelId) => path.accept(own, someMessage(channelId))));
  expect(await inFlight()).toBe(afterBurst);
});

it('releases a turn at once even where messages come faster than their times allow', async () => {
  const agent = await makeAgent(database, tenant, 'Eve');
  const channelId = await makeChannel(database, tenant, { type: 'GROUP', participants: [agent] });
  // As a burst of a thousand messages in less than a second leaves it.
  await superuser.query(`update channel_heads set last_at = clock_timestamp() + interval '1 s' where channel_id = $1`, [
    channelId,
  ]);
  const answer = await messages.accept(tenant, someMessage(channelId, { content: 'Eve?' }));
  expect(answer).toMatchObject({ outcome: 'accepted', releases: [{ attempt: 0 }] });
});

it('stopping an agent while messages come in leaves none of them owed', async () => {
  const names = Array.from({ length: LONG ? 200 : 30 }, (_, index) => `Stops${index}`);
  for (const name of names) {
    const agent = await makeAgent(database, tenant, name);
    const own = await Promise.all([0, 1, 2].map(() => makeChannel(database, tenant, { participants: [agent] })));
    const stopping = database.inTenant(tenant, (scope) => scope.agents.setEnabled(agent, false));
    await Promise.all([...own, ...own].map((channelId) => messages.accept(tenant, someMessage(channelId))));
    await stopping;
    const owed = (await turnRows(superuser, tenant)).filter((row) => row.agentId === agent && !isFinal(row.state));
    expect(owed).toEqual([]);
  }
});

it('deleting an agent while messages come in refuses none of them', async () => {
  for (let round = 0; round < (LONG ? 200 : 30); round++) {
    const agent = await makeAgent(database, tenant, `Leaves${round}`);
    const channelId = await makeChannel(database, tenant, { participants: [agent] });
    const deleting = database.inTenant(tenant, (scope) => scope.agents.delete(agent));
    const answers = await Promise.all([0, 1, 2, 3].map(() => messages.accept(tenant, someMessage(channelId))));
    expect(await deleting).toBe(true);
    expect(answers.map((answer) => answer.outcome)).toEqual(['accepted', 'accepted', 'accepted', 'accepted']);
  }
});

it('deleting a channel while messages come in answers each of them', async () => {
  for (let round = 0; round < (LONG ? 200 : 30); round++) {
    const channelId = await makeChannel(database, tenant, { participants: agents });
    const answers = Promise.all(Array.from({ length: 6 }, () => messages.accept(tenant, someMessage(channelId))));
    expect(await database.inTenant(tenant, (scope) => scope.channels.delete(channelId))).toBe(true);
    for (const { outcome } of await answers) expect(['accepted', 'channel_not_found']).toContain(outcome);
  }
});

it('a renewal does not wait for a turn that somebody holds, so that the others keep their leases', async () => {
  const patient = new TurnPath(database, {
    worker: 'p',
    leaseMs: 2_000,
    history: 5,
    maxDepth: 2,
    defaultShare: 10_000,
  });
  const agent = await makeAgent(database, tenant, 'Pia');
  const turns: HeldTurn[] = [];
  for (let index = 0; index < 2; index++) {
    const channelId = await makeChannel(database, tenant, { participants: [agent] });
    await messages.accept(tenant, someMessage(channelId));
  }
  await patient.release(tenant);
  for (const row of (await turnRows(superuser, tenant)).filter((it) => it.agentId === agent)) {
    const claimed = await patient.claim(tenant, row.id);
    turns.push({ tenantId: tenant, turnId: row.id, attempt: claimed!.attempt });
  }
  expect(turns).toHaveLength(2);
  await superuser.query('begin');
  await superuser.query('select from turns where id = $1 for update', [turns[0]!.turnId]);
  try {
    const started = Date.now();
    const answer = await patient.renew([...turns, { tenantId: tenant, turnId: newId(), attempt: 1 }]);
    expect(Date.now() - started).toBeLessThan(1_000);
    expect([...answer.values()].sort()).toEqual(['lost', 'running', 'running']);
  } finally {
    await superuser.query('rollback');
  }
});
