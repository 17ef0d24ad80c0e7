import { newId, type PlanQuotas, type UsageKind, type Uuid } from '@app/contracts';
import { Dispatch, MessagePath, PlanBook, TurnPath } from '@app/persistence';
import { makeAgent, makeChannel, someMessage, testDatabase, type TestDatabase } from '@app/testing';

/** Connections of the one process of this test, as in `DATABASE_POOL_SIZE`. */
const POOL_SIZE = 10;

let db: TestDatabase;
let messages: MessagePath;
let turns: TurnPath;
beforeAll(async () => {
  db = await testDatabase();
  messages = new MessagePath(db.database, 10);
  turns = new TurnPath(db.database, { worker: 'w', leaseMs: 4_000, history: 20, maxDepth: 2, defaultShare: 10 });
});
afterAll(() => db.close());

/** A tenant with an agent in a direct channel. */
async function household(quotas: PlanQuotas = {}): Promise<{ tenant: Uuid; agent: Uuid; channel: Uuid }> {
  const tenant = await db.tenant();
  const plan = `p-${tenant.slice(-12)}`;
  await db.asSuperuser('insert into plans (name, quotas) values ($1, $2)', [plan, JSON.stringify(quotas)]);
  await db.asSuperuser('update tenants set plan = $2 where id = $1', [tenant, plan]);
  const agent = await makeAgent(db.database, tenant, 'Ada');
  return { tenant, agent, channel: await makeChannel(db.database, tenant, { participants: [agent] }) };
}

async function ask(tenant: Uuid, channel: Uuid): Promise<Uuid> {
  const accepted = await messages.accept(tenant, someMessage(channel));
  if (accepted.outcome !== 'accepted') throw new Error(accepted.outcome);
  return accepted.releases[0]!.turnId;
}

function settlement(result: 'completed' | 'retry', inputTokens: number, outputTokens: number) {
  return { result, replies: [], usage: { inputTokens, outputTokens }, retryInMs: 0 };
}

/** What the ledger has of a tenant this month, by kind. */
async function used(tenant: Uuid): Promise<Partial<Record<UsageKind, number>>> {
  const today = new Date().toISOString().slice(0, 10);
  const rows = await db.database.inTenant(tenant, (scope) => scope.usage.months(today, today));
  return Object.fromEntries(rows.map(({ kind, quantity }) => [kind, quantity]));
}

it('counts a message once, however often it is sent', async () => {
  const { tenant, channel } = await household();
  const message = someMessage(channel, { clientMessageId: 'm', contentHash: 'h' });
  await messages.accept(tenant, message);
  expect(await messages.accept(tenant, { ...message, id: newId() })).toMatchObject({ outcome: 'duplicate' });
  expect(await messages.accept(tenant, { ...message, id: newId(), contentHash: 'other' })).toMatchObject({
    outcome: 'conflict',
  });
  expect(await used(tenant)).toEqual({ messages: 1 });
});

it('counts the tokens of every attempt that settled, and of none that lost its turn', async () => {
  const { tenant, channel, agent } = await household();
  const turnId = await ask(tenant, channel);
  await turns.claim(tenant, turnId);
  await turns.settle({ tenantId: tenant, turnId, attempt: 1 }, settlement('retry', 10, 3));
  await turns.release(tenant);
  await turns.claim(tenant, turnId);
  const lost = await turns.settle({ tenantId: tenant, turnId, attempt: 1 }, settlement('completed', 1_000, 1_000));
  expect(lost).toEqual({ outcome: 'lost' });
  await turns.settle({ tenantId: tenant, turnId, attempt: 2 }, settlement('completed', 20, 0));
  expect(await used(tenant)).toEqual({ messages: 1, inputTokens: 30, outputTokens: 3 });
  const entries = await db.asSuperuser(
    `select subject_id, agent_id, quantity::int from usage_ledger where tenant_id = $1 and kind = 'inputTokens' order by entry`,
    [tenant],
  );
  expect(entries).toEqual([
    { subject_id: turnId, agent_id: agent, quantity: 10 },
    { subject_id: turnId, agent_id: agent, quantity: 20 },
  ]);
});

it('refuses a message when a quota is used up, and stores nothing of it', async () => {
  const { tenant, channel } = await household({ messages: 2 });
  await ask(tenant, channel);
  await messages.accept(tenant, someMessage(channel));
  await expect(messages.accept(tenant, someMessage(channel))).rejects.toMatchObject({
    code: 'QUOTA_EXCEEDED',
    details: { quota: 'messages' },
  });
  const [row] = await db.asSuperuser<{ messages: number; events: number; seq: number }>(
    `select (select count(*)::int from messages where tenant_id = $1) as messages,
            (select count(*)::int from channel_events where tenant_id = $1) as events,
            (select last_seq::int from channel_heads where tenant_id = $1) as seq`,
    [tenant],
  );
  expect(row).toEqual({ messages: 2, events: 2, seq: 2 });
});

it('lets no more pass a quota than are accepted at the same instant: one less than there are connections', async () => {
  const { tenant, agent } = await household({ messages: 20 });
  const channels = await Promise.all(
    Array.from({ length: 60 }, () => makeChannel(db.database, tenant, { participants: [agent] })),
  );
  const outcomes = await Promise.allSettled(channels.map((channel) => messages.accept(tenant, someMessage(channel))));
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  for (const { reason } of refused) expect(reason).toMatchObject({ code: 'QUOTA_EXCEEDED' });
  const accepted = outcomes.length - refused.length;
  expect(accepted).toBeGreaterThanOrEqual(20);
  expect(accepted).toBeLessThanOrEqual(20 + POOL_SIZE - 1);
  expect(await used(tenant)).toEqual({ messages: accepted });
  // However far it was passed, nothing more gets through.
  await expect(messages.accept(tenant, someMessage(channels[0]!))).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
});

it('tells who claims a turn that nothing is left for it', async () => {
  const { tenant, channel } = await household({ outputTokens: 5 });
  const turnId = await ask(tenant, channel);
  const claimed = await turns.claim(tenant, turnId);
  expect(claimed!.usedUp).toBeUndefined();
  await turns.settle({ tenantId: tenant, turnId, attempt: 1 }, settlement('retry', 1, 5));
  await turns.release(tenant);
  expect((await turns.claim(tenant, turnId))!.usedUp).toBe('outputTokens');
  await expect(messages.accept(tenant, someMessage(channel))).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
});

it('adds up what was used in months, once, and counts what came since', async () => {
  const { tenant } = await household({ audioSeconds: 100 });
  const at = (minutesAgo: number, quantity: number) =>
    db.asSuperuser(
      `insert into usage_ledger (tenant_id, at, kind, subject_id, quantity)
       values ($1, clock_timestamp() - make_interval(mins => $2), 'audioSeconds', gen_random_uuid(), $3)`,
      [tenant, minutesAgo, quantity],
    );
  // so early in a month that the entries of some minutes ago were in the one before, the sums are of two months
  const total = async (): Promise<number> => {
    const rows = await db.database.inTenant(tenant, (scope) => scope.usage.months('2000-01-01', '2999-01-01'));
    return rows.reduce((sum, { quantity }) => sum + quantity, 0);
  };
  await at(5, 30);
  await at(4, 30);
  const dispatch = new Dispatch(db.database);
  expect(await dispatch.tenantsWithUsage()).toContain(tenant);
  await Promise.all([dispatch.rollUpUsage(tenant), dispatch.rollUpUsage(tenant), dispatch.rollUpUsage(tenant)]);
  expect(await dispatch.tenantsWithUsage()).not.toContain(tenant);
  expect(await total()).toBe(60);
  const noted = { kind: 'audioSeconds' as const, subjectId: newId() };
  await db.database.inTenant(tenant, (scope) => scope.usage.note([{ ...noted, quantity: 39.2 }]));
  expect(await total()).toBe(100);
});

it('lets a tenant see and change nothing of the ledger but its own, and nothing it has written', async () => {
  const { tenant, channel } = await household();
  await ask(tenant, channel);
  const other = await household();
  expect(await used(other.tenant)).toEqual({});
  for (const change of ['update usage_ledger set quantity = 1', 'delete from usage_ledger']) {
    await expect(db.database.oneInTenant({ name: newId(), text: change, values: [tenant] })).rejects.toThrow(
      /permission denied/,
    );
  }
});

it('puts entries into the partition of their month', async () => {
  const { tenant, channel } = await household();
  await ask(tenant, channel);
  const partitions = await db.asSuperuser<{ name: string }>(
    `select distinct tableoid::regclass::text as name from usage_ledger where tenant_id = $1`,
    [tenant],
  );
  const month = new Date().toISOString().slice(0, 7).replace('-', '_');
  expect(partitions).toEqual([{ name: `usage_ledger_${month}` }]);
});

it('remembers a plan for a while, and has one for whoever has none', async () => {
  const { tenant } = await household({ messages: 7 });
  const book = new PlanBook(db.database);
  expect(await book.planOf(tenant)).toMatchObject({ quotas: { messages: 7 } });
  await db.asSuperuser(`update tenants set plan = 'default' where id = $1`, [tenant]);
  expect(await book.planOf(tenant)).toMatchObject({ quotas: { messages: 7 } });
  expect(await new PlanBook(db.database).planOf(tenant)).toEqual({ name: 'default', limits: {}, quotas: {} });
  expect(await book.planOf(newId())).toEqual({ name: 'none', limits: {}, quotas: {} });
});
