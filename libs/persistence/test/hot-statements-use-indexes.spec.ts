import { newId, replyId, type Uuid } from '@app/contracts';
import { Database, Dispatch, MessagePath, poolOf, TurnPath, type HeldTurn, type TenantScope } from '@app/persistence';
import { someMessage, testDatabase, type TestDatabase } from '@app/testing';
import { fillWithALongLife } from './a-long-life.js';

/** A step of a plan as Postgres explains it. */
interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: PlanNode[];
}
interface Explained {
  'Query Text': string;
  Plan: PlanNode;
}

/** More rows than this looked at by one step in vain, and it would be slow on a large table. */
const IN_VAIN = 500;
/** Statements are repeated until Postgres has chosen between a plan for all values and one for these. */
const TIMES = 8;
const BIG = ['messages', 'message_search', 'turns', 'channel_events', 'memory_overrides', 'memories', 'agent_logs'];

let db: TestDatabase;
let database: Database;
let seen: Explained[] = [];
let tenant: Uuid;
let channels: Uuid[];
let messages: MessagePath;
let turns: TurnPath;
let dispatch: Dispatch;

beforeAll(async () => {
  db = await testDatabase();
  await fillWithALongLife(db);
  // Every statement, also those inside of functions, comes with the plan it really ran with.
  for (const [name, value] of [
    ['session_preload_libraries', 'auto_explain'],
    ['auto_explain.log_min_duration', '0'],
    ['auto_explain.log_nested_statements', 'on'],
    ['auto_explain.log_analyze', 'on'],
    ['auto_explain.log_timing', 'off'],
    ['auto_explain.log_format', 'json'],
    ['auto_explain.log_level', 'notice'],
  ]) {
    await db.asSuperuser(
      `do $$ begin execute format('alter database %I set ${name} = %L', current_database(), '${value}'); end $$`,
    );
  }
  database = await Database.open({ ...db.config, poolSize: 1 });
  const pool = poolOf(database['source']);
  const client = await pool.connect();
  client.on('notice', ({ message }) => {
    const plan = message?.split('plan:\n')[1];
    if (plan) seen.push(JSON.parse(plan) as Explained);
  });
  client.release();
  tenant = (await db.asSuperuser<{ id: Uuid }>(`select id from tenants where name = 'T1'`))[0]!.id;
  const found = await db.asSuperuser<{ id: Uuid }>('select id from channels where tenant_id = $1 order by name', [
    tenant,
  ]);
  channels = found.map((row) => row.id);
  messages = new MessagePath(database, 1);
  turns = new TurnPath(database, { worker: 'w', leaseMs: 60_000, history: 20, maxDepth: 2, defaultShare: 1_000 });
  dispatch = new Dispatch(database);
}, 60_000);
afterAll(async () => {
  await database.close();
  await db.close();
});

function nodes(plan: PlanNode): PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodes)];
}

/** Runs something often enough, and tells every statement that reads a table from end to end or mostly in vain. */
async function slowParts(work: (turn: number) => Promise<unknown>): Promise<{ statements: number; slow: string[] }> {
  seen = [];
  for (let n = 0; n < TIMES; n++) await work(n);
  const slow = seen.flatMap((explained) =>
    nodes(explained.Plan)
      .filter((node) => {
        const vain = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
        const big = BIG.includes(node['Relation Name'] ?? '');
        return (big && node['Node Type'] === 'Seq Scan') || vain * node['Actual Loops'] > IN_VAIN;
      })
      .map((node) => {
        const where = `${node['Relation Name']} ${node['Index Name'] ?? ''}, in vain ${node['Rows Removed by Filter'] ?? 0}`;
        return `${node['Node Type']} on ${where}: ${explained['Query Text'].replaceAll(/\s+/g, ' ')}`;
      }),
  );
  return { statements: seen.length, slow: [...new Set(slow)] };
}

async function expectFast(work: (turn: number) => Promise<unknown>, statements = TIMES): Promise<void> {
  const found = await slowParts(work);
  expect(found.slow).toEqual([]);
  // That nothing was found counts only when there was something to look at.
  expect(found.statements).toBeGreaterThanOrEqual(statements);
}

const channel = (n: number): Uuid => channels[n % channels.length]!;

it('sees what it looks for: a table read from end to end', async () => {
  const reading = () =>
    database.oneInTenant({ name: 'slow', text: `select 1 from fence, messages where content = 'x'`, values: [tenant] });
  expect((await slowParts(reading)).slow.join()).toMatch(/on messages .* in vain \d{4}/);
});

it('accepts a message, notes who answers, and knows a repetition', async () => {
  await expectFast(
    () => messages.accept(tenant, someMessage(channel(0), { clientMessageId: newId(), contentHash: 'h' })),
    40,
  );
  const again = someMessage(channel(1), { authorId: tenant, clientMessageId: 'client7', contentHash: 'h' });
  await expectFast(async () => expect((await messages.accept(tenant, again)).outcome).toBe('duplicate'), 20);
});

it('releases, claims, renews and settles turns, and makes the next of the lane its head', async () => {
  const released = await turns.release(tenant);
  expect(released.length).toBeGreaterThanOrEqual(TIMES);
  const held: HeldTurn[] = [];
  await expectFast(async (n) => {
    const claimed = await turns.claim(tenant, released[n]!.turnId);
    expect(claimed?.history).toHaveLength(20);
    held.push({ tenantId: tenant, turnId: released[n]!.turnId, attempt: claimed!.attempt });
  }, 16);
  await expectFast(() => turns.renew(held), 8);
  await expectFast(async (n) => {
    const turn = held[n]!;
    const reply = { id: replyId(turn.turnId, turn.attempt, 0), content: 'answer', metadata: {} };
    const usage = { inputTokens: 1, outputTokens: 1 };
    const settled = await turns.settle(turn, { result: 'completed', replies: [reply], usage });
    expect(settled.outcome).toBe('settled');
  }, 60);
  await expectFast(() => turns.release(tenant), 16);
});

it('renews leases within their pages: no index is written', async () => {
  const updates = async (): Promise<{ all: number; hot: number }> => {
    await database.oneInTenant({
      name: 'flush',
      text: 'select pg_stat_force_next_flush() from fence',
      values: [tenant],
    });
    const rows = await db.asSuperuser<{ all: number; hot: number }>(
      `select n_tup_upd::int as "all", n_tup_hot_upd::int as hot from pg_stat_user_tables where relname = 'turns'`,
    );
    return rows[0]!;
  };
  const running = await db.asSuperuser<HeldTurn>(
    `select tenant_id as "tenantId", id as "turnId", attempt from turns where state = 'running' and tenant_id = $1`,
    [tenant],
  );
  expect(running.length).toBeGreaterThan(3);
  // The first ones may have to move to a page with room.
  for (let n = 0; n < 3; n++) await turns.renew(running);
  const before = await updates();
  for (let n = 0; n < 10; n++) await turns.renew(running);
  const after = await updates();
  expect(after.all - before.all).toBe(10 * running.length);
  expect((after.hot - before.hot) / (after.all - before.all)).toBeGreaterThan(0.8);
});

it('reads a page of history, forwards and backwards, and what came after a place', async () => {
  const half = new Date(Date.now() - 86_400_000 + 250_000);
  for (const page of [
    { limit: 50 },
    { limit: 50, before: half },
    { limit: 50, after: half },
    { limit: 50, before: new Date(), after: half },
  ]) {
    await expectFast((n) =>
      database.inTenant(tenant, async (scope) => {
        expect(await scope.messages.page(channel(n), page)).toHaveLength(50);
      }),
    );
  }
  await expectFast((n) =>
    database.inTenant(tenant, async (scope) => {
      const events = await scope.messages.eventsAfter(channel(n + 10), 400, 50);
      expect(events.map((event) => event.message?.seq)).toEqual(events.map((event) => event.seq));
    }),
  );
  await expectFast((n) => database.inTenant(tenant, (scope) => scope.channels.lastSeq(channel(n))));
});

it('finds messages by their words through the index, behind the tenant fence', async () => {
  const search = (asked: object) =>
    database.inTenant(tenant, (scope) => scope.messageSearch.find({ query: 'w77', limit: 100, offset: 0, ...asked }));
  await expectFast(async () => expect(await search({})).toHaveLength(40));
  await expectFast(async () => expect(await search({ channelId: channel(0) })).toHaveLength(1));
  await expectFast(async () => expect(await search({ query: 'text', limit: 10 })).toHaveLength(10));
  await expectFast(async () => expect(await search({ query: 'nowhere' })).toHaveLength(0));
  // The words of a message that changes follow it; of a deleted one none stay.
  const [one] = await search({ channelId: channel(0) });
  await expectFast((n) => database.inTenant(tenant, (scope) => scope.messages.update(one!.id, { content: `new${n}` })));
  expect(await search({ query: `new${TIMES - 1}` })).toHaveLength(1);
  await database.inTenant(tenant, (scope) => scope.messages.delete(channel(0), one!.id));
  expect(await search({ query: `new${TIMES - 1}` })).toHaveLength(0);
});

it('reads the turns that callers wait for, with their answers', async () => {
  await expectFast(async (n) => {
    const page = await database.inTenant(tenant, (scope) => scope.messages.page(channel(n), { limit: 40 }));
    const ids = page.map((message) => message.id);
    expect(await database.inTenant(tenant, (scope) => scope.turns.ofMessages(ids))).not.toHaveLength(0);
  });
});

it('reads what an agent remembers and did, and makes it forget', async () => {
  const agents = (await database.inTenant(tenant, (scope) => scope.agents.list())).map((agent) => agent.id);
  const before = new Date(Date.now() - 86_400_000 + 400_000);
  const inTenant = (work: (scope: TenantScope, agent: Uuid) => Promise<unknown>) =>
    expectFast((n) => database.inTenant(tenant, (scope) => work(scope, agents[n % agents.length]!)));
  await inTenant(async (scope, agent) => {
    const [own] = await scope.rooms.channels(agent, 10);
    const page = { limit: 50, channelId: own!.id, before };
    expect(await scope.recollections.page(agent, page)).toHaveLength(50);
    expect(await scope.recollections.page(agent, { limit: 50 })).toHaveLength(50);
    expect(await scope.rooms.channelIds(agent, newId(0), 10)).toHaveLength(1);
    expect(await scope.memories.page(agent, { type: 'facts', limit: 20, roomId: own!.id })).toHaveLength(20);
    expect(await scope.memories.page(agent, { type: 'facts', limit: 20, before })).toHaveLength(20);
    const filter = { channelId: own!.id };
    for (const runs of [await scope.runs.page(agent, {}, 20), await scope.runs.page(agent, filter, 20)]) {
      expect(runs).toHaveLength(20);
      expect(await scope.agentLogs.counts(agent, [runs.at(-1)!.id])).toHaveProperty('size', 1);
      expect(await scope.agentLogs.ofRun(agent, runs.at(-1)!.id, 10)).toHaveLength(1);
    }
    expect(await scope.agentLogs.page(agent, { limit: 20, offset: 0 })).toHaveLength(20);
    expect(await scope.agentLogs.page(agent, { limit: 20, offset: 0, roomId: own!.id })).toHaveLength(20);
  });
  await inTenant(async (scope, agent) => {
    const [said] = await scope.recollections.page(agent, { limit: 1 });
    await scope.recollections.forget(agent, said!.id);
    expect(await scope.recollections.find(agent, said!.id)).toBeUndefined();
    await scope.recollections.forgetAll(agent, said!.channelId);
  });
});

it('finds over all tenants what is due, with few leases over and with many', async () => {
  const someLeasesEnd = (count: number) =>
    db.asSuperuser(
      `update turns set lease_until = now() - interval '1 s', released_at = now() - interval '1 min' where (tenant_id, id) in
         (select tenant_id, id from turns where state in ('running', 'released') limit ${count})`,
    );
  for (const count of [3, 1_000]) {
    await someLeasesEnd(count);
    await expectFast(() => dispatch.leasesOver(100));
    await expectFast(() => dispatch.unclaimed(10_000, 100));
  }
  await expectFast(() => dispatch.loads());
  await expectFast(() => dispatch.backlog());
  const all = await db.asSuperuser<{ tenantId: Uuid; channelId: Uuid }>(
    'select tenant_id as "tenantId", channel_id as "channelId" from channel_heads limit 100',
  );
  await expectFast(() => dispatch.lastSeqs(all));
});

it('takes turns back, and releases them again', async () => {
  const over = (await dispatch.leasesOver(500)).filter((turn) => turn.tenantId === tenant).map((turn) => turn.turnId);
  expect(over.length).toBeGreaterThan(0);
  await expectFast((n) => dispatch.recover(tenant, over.slice(n, n + 1), 1), 8);
  const unclaimed = (await dispatch.unclaimed(0, 500))
    .filter((turn) => turn.tenantId === tenant)
    .map((turn) => turn.turnId);
  await expectFast(() => dispatch.releaseAgain(tenant, unclaimed, 0), 8);
});

it('cancels the turns of a deleted message and of a stopped agent', async () => {
  await expectFast(async (n) => {
    const [one] = await database.inTenant(tenant, (scope) => scope.messages.page(channel(n + 20), { limit: 1 }));
    await database.inTenant(tenant, (scope) => scope.messages.delete(channel(n + 20), one!.id));
  }, 30);
  const agents = await database.inTenant(tenant, (scope) => scope.agents.list());
  await expectFast((n) => database.inTenant(tenant, (scope) => scope.agents.setEnabled(agents[n]!.id, false)), 24);
});
