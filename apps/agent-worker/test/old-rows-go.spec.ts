import { newId, type PlanRetention, type RetainedKind, type Uuid } from '@app/contracts';
import { Dispatch, MessagePath, Retention, TurnPath, type PartitionedKind } from '@app/persistence';
import { makeAgent, makeChannel, someMessage, testDatabase, type TestDatabase } from '@app/testing';
import { purges } from '../src/chores/purges.js';
import type { Purged } from '../src/chores/purge.js';
import { WorkerEnv } from '../src/env.js';

/** A week long ago. */
const WEEK = { since: '2024-01-01', until: '2024-01-08' };
const FAMILIES = { events: 'channel_events', logs: 'agent_logs', ledger: 'usage_ledger', audit: 'audit_log' };

let db: TestDatabase;
let retention: Retention;
beforeEach(async () => {
  db = await testDatabase();
  retention = new Retention(db.database);
});
afterEach(() => db.close());

function purge(kind: RetainedKind, signal = new AbortController().signal): Promise<Purged> {
  const env = Object.assign(new WorkerEnv(), { LOG_RETENTION_DAYS: 30 });
  return purges(db.database, env)
    .find((one) => one.kind === kind)!
    .work(signal);
}

/** A tenant whose plan keeps things for so many days. */
async function tenantThatKeeps(days: PlanRetention): Promise<Uuid> {
  const tenant = await db.tenant();
  const plan = `p-${newId().slice(-12)}`;
  await db.asSuperuser('insert into plans (name, retention) values ($1, $2)', [plan, JSON.stringify(days)]);
  await db.asSuperuser('update tenants set plan = $2 where id = $1', [tenant, plan]);
  return tenant;
}

/** Makes the partition of that week as it would have been made at its time; what was before has one of its own. */
async function makeOldPartition(family: string): Promise<string> {
  const name = `${family}_2024_01_01`;
  const past = await db.asSuperuser(`select from pg_class where relname = '${family}_past'`);
  await db.asSuperuser(
    `${past.length > 0 ? `alter table ${family} detach partition ${family}_past;` : ''}
     create table ${name} partition of ${family} for values from ('${WEEK.since} 00:00Z') to ('${WEEK.until} 00:00Z');
     alter table ${name} owner to eliza_owner;
     alter table ${name} enable row level security, force row level security;
     create policy tenant_fence on ${name} using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)`,
  );
  return name;
}

/** So many events of a tenant, from that moment on. */
async function addEvents(tenant: Uuid, count: number, from: string): Promise<Uuid> {
  const channel = await makeChannel(db.database, tenant);
  await db.asSuperuser(
    `insert into channel_events (tenant_id, channel_id, seq, kind, at)
     select $1, $2, n, 'updated', $3::timestamptz + n * interval '1 second' from generate_series(1, $4::int) n`,
    [tenant, channel, from, count],
  );
  await db.asSuperuser(
    'update channel_heads set last_seq = $3, last_at = $4 where tenant_id = $1 and channel_id = $2',
    [...[tenant, channel, count, from]],
  );
  return channel;
}

const rowsOf = async (table: string, tenant?: Uuid): Promise<number> => {
  const [row] = await db.asSuperuser<{ rows: number }>(
    `select count(*)::int as rows from ${table} where $1::uuid is null or tenant_id = $1`,
    [tenant ?? null],
  );
  return row!.rows;
};
const isThere = async (table: string): Promise<boolean> =>
  (await db.asSuperuser('select from pg_class where relname = $1', [table])).length > 0;

it('drops a partition that no tenant needs any more', async () => {
  const name = await makeOldPartition('channel_events');
  await addEvents(await db.tenant(), 10, '2024-01-02');
  await addEvents(await tenantThatKeeps({ events: 300 }), 10, '2024-01-03');
  expect(await purge('events')).toEqual({ rows: 0, partitions: 1 });
  expect(await isThere(name)).toBe(false);
  expect(await rowsOf('channel_events')).toBe(0);
});

it('deletes what is past its time for one tenant from a partition that another one needs, in portions', async () => {
  const name = await makeOldPartition('channel_events');
  const keeper = await tenantThatKeeps({ events: 36_500 });
  const other = await db.tenant();
  const channel = await addEvents(keeper, 10, '2024-01-02');
  await addEvents(other, 4_321, '2024-01-02');
  const today = await addEvents(other, 5, new Date().toISOString());
  expect(await purge('events')).toEqual({ rows: 4_321, partitions: 0 });
  expect(await isThere(name)).toBe(true);
  expect(await rowsOf('channel_events', keeper)).toBe(10);
  expect(await rowsOf('channel_events', other)).toBe(5);
  expect(await purge('events')).toEqual({ rows: 0, partitions: 0 });
  const events = await db.database.inTenant(keeper, (scope) => scope.messages.eventsAfter(channel, 3, 100));
  expect(events.map(({ seq }) => seq)).toEqual([4, 5, 6, 7, 8, 9, 10]);
  expect(await db.database.inTenant(other, (scope) => scope.channels.lastSeq(today))).toBe(5);
});

it('comes to the same when two workers purge at once', async () => {
  const name = await makeOldPartition('channel_events');
  const keeper = await tenantThatKeeps({ events: 36_500 });
  const others = [await db.tenant(), await db.tenant()];
  await addEvents(keeper, 10, '2024-01-02');
  for (const other of others) await addEvents(other, 3_000, '2024-01-02');
  const both = await Promise.all([purge('events'), purge('events')]);
  expect(both[0].rows + both[1].rows).toBe(6_000);
  expect(await rowsOf(name)).toBe(10);
  await db.asSuperuser('update plans set retention = $1', [JSON.stringify({ events: 90 })]);
  const dropped = await Promise.allSettled([purge('events'), purge('events')]);
  expect(dropped.map((one) => (one.status === 'fulfilled' ? one.value.partitions! : 0)).sort()).toEqual([0, 1]);
  expect(await isThere(name)).toBe(false);
});

it('deletes by age what stands in no partition of its own', async () => {
  const [tenant, keeper] = [await db.tenant(), await tenantThatKeeps({ events: 36_500 })];
  await addEvents(tenant, 10, '2019-05-05');
  await addEvents(tenant, 10, new Date(Date.now() - 89 * 86_400_000).toISOString());
  await addEvents(keeper, 10, '2019-05-05');
  expect(await purge('events')).toEqual({ rows: 10, partitions: 0 });
  expect([await rowsOf('channel_events', tenant), await rowsOf('channel_events', keeper)]).toEqual([10, 10]);
});

it('keeps an entry of the ledger until it stands in the sums of its month, which stay', async () => {
  const name = await makeOldPartition('usage_ledger');
  const tenant = await db.tenant();
  await db.asSuperuser(
    `insert into usage_ledger (tenant_id, at, kind, subject_id, quantity) values ($1, '2024-01-02', 'messages', $1, 5)`,
    [tenant],
  );
  expect(await purge('ledger')).toEqual({ rows: 0, partitions: 0 });
  expect(await rowsOf(name)).toBe(1);
  await new Dispatch(db.database).rollUpUsage(tenant);
  expect(await purge('ledger')).toEqual({ rows: 0, partitions: 1 });
  expect(await isThere(name)).toBe(false);
  const months = await db.database.inTenant(tenant, (scope) => scope.usage.months('2024-01-01', '2024-01-01'));
  expect(months).toEqual([{ month: '2024-01-01', kind: 'messages', quantity: 5 }]);
});

it.each(Object.entries(FAMILIES))('keeps of %s what is young, whoever asks for what', async (kind, family) => {
  const tenant = await db.tenant();
  const partitions = await db.asSuperuser<{ name: string }>('select name from partitions() where family = $1', [
    family,
  ]);
  const before = new Date(Date.now() + 86_400_000);
  for (const { name } of partitions) {
    expect(await retention.drop(name)).toBe(false);
    expect(await retention.forget(name, { tenantId: tenant, before }, 10)).toBe(0);
  }
  expect(await retention.drop('messages')).toBe(false);
  expect(await purge(kind as PartitionedKind)).toEqual({ rows: 0, partitions: 0 });
  const after = await db.asSuperuser('select name from partitions() where family = $1', [family]);
  expect(after).toHaveLength(partitions.length);
});

it('makes the partitions of the weeks to come once, behind the fence, whoever comes first', async () => {
  const next = await db.asSuperuser<{ name: string }>(
    `select name from partitions() where family in ('channel_events', 'agent_logs') and until > now() + interval '40 days'`,
  );
  expect(next.length).toBeGreaterThan(3);
  for (const { name } of next) await db.asSuperuser(`drop table ${name}`);
  const made = await Promise.all([retention.makePartitions(), retention.makePartitions()]);
  expect(made.flat().sort()).toEqual(next.map(({ name }) => name).sort());
  const fenced = await db.asSuperuser(
    `select from pg_class c join pg_policy p on p.polrelid = c.oid and p.polname = 'tenant_fence'
      where c.relname = any ($1) and c.relrowsecurity and c.relforcerowsecurity`,
    [made.flat()],
  );
  expect(fenced).toHaveLength(next.length);
  expect(await retention.makePartitions()).toEqual([]);
});

describe('messages', () => {
  const aged = async (id: Uuid, days: number): Promise<void> => {
    await db.asSuperuser(`update messages set created_at = created_at - make_interval(days => $2) where id = $1`, [
      id,
      days,
    ]);
  };
  const said = async (tenant: Uuid, channel: Uuid, more = {}): Promise<Uuid> => {
    const accepted = await new MessagePath(db.database, 10).accept(tenant, someMessage(channel, more));
    if (accepted.outcome !== 'accepted') throw new Error(accepted.outcome);
    return accepted.id;
  };

  it('go with their turns where a plan says so, but for one that is still to be answered', async () => {
    const [tenant, keeper] = [await tenantThatKeeps({ messages: 10 }), await db.tenant()];
    const agent = await makeAgent(db.database, tenant, 'Ada');
    const channel = await makeChannel(db.database, tenant, { participants: [agent] });
    const answered = await said(tenant, channel);
    await db.database.inTenant(tenant, (scope) => scope.turns.cancelSome('done'));
    const waiting = await said(tenant, channel);
    const reply = await said(tenant, channel, { inReplyTo: answered, authorId: agent });
    await aged(answered, 20);
    await aged(waiting, 11);
    const kept = await said(keeper, await makeChannel(db.database, keeper));
    await aged(kept, 4_000);

    expect(await purge('messages')).toEqual({ rows: 1 });
    expect(await rowsOf('messages', keeper)).toBe(1);
    const [turn] = await db.asSuperuser<{ message: Uuid }>('select message_id as message from turns');
    expect(turn).toEqual({ message: waiting });
    expect(await rowsOf('message_search', tenant)).toBe(2);
    const { page, events } = await db.database.inTenant(tenant, async (scope) => ({
      page: await scope.messages.page(channel, { limit: 10 }),
      events: await scope.messages.eventsAfter(channel, 0, 10),
    }));
    // The answer stays, though what it answers is gone; who catches up finds no message at its place.
    expect(page.map(({ id }) => id)).toEqual([reply, waiting]);
    expect(page[0]!.inReplyTo).toBe(answered);
    expect(events.map(({ seq, message }) => [seq, message?.id])).toEqual([
      [1, undefined],
      [2, waiting],
      [3, reply],
    ]);
    expect(await said(tenant, channel)).toBeDefined();
  });

  it('keep their order in a channel of which no event is left', async () => {
    const tenant = await db.tenant();
    const channel = await makeChannel(db.database, tenant);
    await said(tenant, channel);
    await db.asSuperuser(`update channel_events set at = '2019-05-05' where tenant_id = $1`, [tenant]);
    expect(await purge('events')).toEqual({ rows: 1, partitions: 0 });
    await said(tenant, channel);
    const events = await db.database.inTenant(tenant, (scope) => scope.messages.eventsAfter(channel, 0, 10));
    expect(events.map(({ seq }) => seq)).toEqual([2]);
    const first = await db.database.inTenant(tenant, (scope) => scope.messages.page(channel, { limit: 10 }));
    expect(first).toHaveLength(2);
    const { unknownUpTo } = await db.database.inTenant(tenant, (scope) => scope.arrivingMessages.deleted(channel));
    expect(unknownUpTo.getTime()).toBe(first[0]!.createdAt.getTime() - 1);
  });
});

it('forgets the texts of prompts before the steps that tell them', async () => {
  const tenant = await tenantThatKeeps({ prompts: 5 });
  const agent = await makeAgent(db.database, tenant, 'Ada');
  const channel = await makeChannel(db.database, tenant, { participants: [agent] });
  const turns = new TurnPath(db.database, { worker: 'w', leaseMs: 60_000, history: 5, maxDepth: 1, defaultShare: 9 });
  const accepted = await new MessagePath(db.database, 10).accept(tenant, someMessage(channel));
  if (accepted.outcome !== 'accepted') throw new Error(accepted.outcome);
  const turn = (await turns.claim(tenant, accepted.releases[0]!.turnId))!;
  const step = (daysAgo: number) => ({
    id: newId(),
    type: 'useModel:TEXT_LARGE',
    at: Date.now() - daysAgo * 86_400_000,
    body: { prompt: 'secret', response: 'answer', texts: true },
  });
  const log = { agentId: agent, entityId: newId(), roomId: newId(), steps: [step(6), step(1)] };
  await turns.settle(turn, { result: 'completed', replies: [], usage: { inputTokens: 1, outputTokens: 1 }, log });
  expect(await purge('prompts')).toEqual({ rows: 1 });
  expect(await purge('prompts')).toEqual({ rows: 0 });
  const kept = await db.database.inTenant(tenant, (scope) => scope.agentLogs.ofRun(agent, turn.turnId, 10));
  const bodies = kept.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime()).map(({ body }) => body);
  expect(bodies).toEqual([
    { prompt: '(6 characters)', response: '(6 characters)' },
    { prompt: 'secret', response: 'answer', texts: true },
  ]);
});
