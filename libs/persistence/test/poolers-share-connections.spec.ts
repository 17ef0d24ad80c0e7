import { performance } from 'node:perf_hooks';
import { newId, type Uuid } from '@app/contracts';
import { Database, MessagePath, TurnPath } from '@app/persistence';
import {
  makeAgent,
  makeChannel,
  ownPgBouncer,
  someMessage,
  testDatabase,
  whyNoPgBouncer,
  type OwnPgBouncer,
  type TestDatabase,
} from '@app/testing';
import { inside, rightAfterAnyEnd } from './any-end.js';

/** Fewer connections than users, so that each serves many. */
const CONNECTIONS = 3;

const missing = whyNoPgBouncer();
if (missing) process.stderr.write(`PgBouncer cannot be had here: ${missing}\n`);

(missing ? describe.skip : describe)('behind PgBouncer in transaction mode', () => {
  let db: TestDatabase;
  let bouncer: OwnPgBouncer;
  let pooled: Database;

  beforeAll(async () => {
    db = await testDatabase();
    bouncer = await ownPgBouncer(db.config.url, CONNECTIONS);
    pooled = await Database.open({ ...db.config, url: bouncer.url, poolSize: 8, prepared: false });
  });
  afterAll(async () => {
    await pooled.close();
    await bouncer.close();
    await db.close();
  });

  it('needs to know nothing of the owner, and refuses a login that would need another role', async () => {
    const alone = await Database.open({ url: bouncer.url, poolSize: 1, prepared: false });
    await alone.ping();
    await alone.close();
    const opening = Database.open({ url: db.config.ownerUrl, poolSize: 1, prepared: false });
    await expect(opening).rejects.toThrow('owns tables of tenants');
  });

  it('1,000 transactions with all kinds of ends leave no tenant to whoever comes next', async () => {
    expect(await rightAfterAnyEnd(db, pooled)).toBe(1_000);
  });

  it('every statement has the bounds of a serving process', async () => {
    const tenant = await db.tenant();
    const bounds = `select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock`;
    const [within] = await pooled.inTenant(tenant, (scope) => inside(scope, bounds));
    expect(within).toEqual({ statement: '15s', lock: '3s' });
    const text = `${bounds} from fence`;
    expect(await pooled.oneInTenant({ name: 'bounds', text, values: [tenant] })).toEqual([within]);
  });

  it('messages are accepted once, claimed, renewed and settled, for several tenants at once', async () => {
    const tenants = await Promise.all(Array.from({ length: 6 }, () => db.tenant()));
    await Promise.all(tenants.map((tenant) => converse(pooled, tenant)));
    const rows = await db.asSuperuser<{ tenant_id: Uuid; count: number }>(
      'select tenant_id, count(*)::int as count from messages where tenant_id = any ($1) group by 1',
      [tenants],
    );
    expect(rows.map(({ count }) => count)).toEqual(tenants.map(() => 20));
  });

  it('a message costs about what it costs directly', async () => {
    const direct = await medianOf(db.database, await db.tenant());
    const through = await medianOf(pooled, await db.tenant());
    process.stdout.write(
      `accept_message, median of 500: ${direct.toFixed(2)} ms prepared and direct, ${through.toFixed(2)} ms unnamed through PgBouncer\n`,
    );
    expect(through).toBeLessThan(direct * 20 + 20);
  });
});

/** Ten questions, each sent twice, and their answers. */
async function converse(database: Database, tenant: Uuid): Promise<void> {
  const agent = await makeAgent(database, tenant, 'Ada');
  const channel = await makeChannel(database, tenant, { participants: [agent] });
  const messages = new MessagePath(database, 10);
  const turns = new TurnPath(database, { worker: 'w', leaseMs: 60_000, history: 5, maxDepth: 1, defaultShare: 10 });
  for (let n = 0; n < 10; n++) {
    const message = someMessage(channel, { clientMessageId: `client-${n}`, contentHash: 'x' });
    const accepted = await messages.accept(tenant, message);
    if (accepted.outcome !== 'accepted') throw new Error(accepted.outcome);
    expect(await messages.accept(tenant, { ...message, id: newId() })).toMatchObject({
      outcome: 'duplicate',
      id: accepted.id,
    });
    const claimed = await turns.claim(tenant, accepted.releases[0]!.turnId);
    expect([...(await turns.renew([claimed!])).values()]).toEqual(['running']);
    const settled = await turns.settle(claimed!, {
      result: 'completed',
      replies: [{ id: newId(), content: 'Yes', metadata: {} }],
      usage: { inputTokens: 1, outputTokens: 1 },
      log: { agentId: agent, entityId: agent, roomId: channel, steps: [] },
    });
    expect(settled).toMatchObject({ outcome: 'settled' });
  }
}

/** How long a message takes in the middle, in milliseconds. */
async function medianOf(database: Database, tenant: Uuid): Promise<number> {
  const channel = await makeChannel(database, tenant);
  const messages = new MessagePath(database, 10);
  const times: number[] = [];
  for (let n = 0; n < 500; n++) {
    const since = performance.now();
    await messages.accept(tenant, someMessage(channel));
    times.push(performance.now() - since);
  }
  return times.sort((a, b) => a - b)[250]!;
}
