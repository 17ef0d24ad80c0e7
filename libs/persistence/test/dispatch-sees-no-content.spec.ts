import { Dispatch, MessagePath, TurnPath } from '@app/persistence';
import { makeAgent, makeChannel, someMessage, testDatabase, type TestDatabase } from '@app/testing';
import type { Uuid } from '@app/contracts';

/** All that the dispatch role may read: ids, states, places and times. A new column here needs a reason. */
const READABLE: Record<string, string[]> = {
  workers: ['id', 'slots', 'seen_at'],
  tenants: ['id', 'slug', 'status', 'weight', 'plan', 'generation'],
  // Of operators, and nothing of a tenant.
  plans: ['name', 'limits', 'quotas', 'retention', 'updated_at'],
  operator_log: [
    ...['at', 'entry', 'actor_kind', 'actor', 'address', 'action', 'object_type', 'object_id', 'outcome', 'request_id'],
  ],
  // By what an operator looks for entries; what they tell is read inside of their tenant.
  audit_log: ['tenant_id', 'at', 'entry', 'actor', 'action', 'object_id'],
  user_erasures: ['tenant_id', 'id', 'state', 'due_at'],
  tenant_erasures: [
    ...[
      'id',
      'tenant_id',
      'actor',
      'state',
      'attempt',
      'due_at',
      'requested_at',
      'finished_at',
      'erased',
      'files_left',
    ],
    ...['used'],
  ],
  tenant_hosts: ['tenant_id', 'host'],
  api_keys: ['tenant_id', 'id', 'generation'],
  tenant_shares: ['tenant_id', 'share'],
  channel_heads: ['tenant_id', 'channel_id', 'last_seq'],
  sessions: ['tenant_id', 'id', 'expires_at'],
  jobs: ['tenant_id', 'id', 'expires_at'],
  agent_logs: ['tenant_id', 'created_at'],
  channel_events: ['tenant_id', 'at'],
  usage_ledger: ['tenant_id', 'at'],
  usage_marks: ['tenant_id', 'rolled_until'],
  turns: [
    ...['tenant_id', 'id', 'channel_id', 'agent_id', 'state', 'head', 'attempt', 'release_no'],
    ...['available_at', 'released_at', 'lease_until', 'created_at', 'finished_at'],
  ],
  departed_tenants: ['tenant_id', 'departed_at', 'due_at'],
  idempotency_keys: ['tenant_id', 'expires_at'],
  media: ['tenant_id', 'id', 'state', 'expires_at'],
  uploads: ['tenant_id', 'id', 'expires_at'],
  media_derivations: ['tenant_id', 'media_id', 'state', 'attempt', 'due_at'],
};

let db: TestDatabase;
let tenants: Uuid[];
let columns: { table: string; column: string }[];

beforeAll(async () => {
  db = await testDatabase();
  tenants = [await db.tenant(), await db.tenant()];
  for (const tenant of tenants) {
    const agent = await makeAgent(db.database, tenant, 'Ada');
    const channelId = await makeChannel(db.database, tenant, { participants: [agent] });
    await new MessagePath(db.database, 10).accept(tenant, someMessage(channelId));
  }
  columns = await db.asSuperuser(
    `select table_name as "table", column_name as "column" from information_schema.columns where table_schema = 'public'`,
  );
});
afterAll(() => db.close());

const DENIED = '42501';

/** What knows no tenant and is written in this role. */
const GLOBAL = ['workers', 'departed_tenants', 'tenant_erasures', 'plans', 'operator_log'];

/** Columns that nobody writes: Postgres numbers the rows. */
const IDENTITIES = ['position', 'entry'];

it('reads over all tenants what is due', async () => {
  const rows = await db.database.acrossTenants<{ tenant_id: Uuid; state: string }>(
    'select tenant_id, state from turns',
  );
  expect(rows.map((row) => row.tenant_id).sort()).toEqual([...tenants].sort());
});

it('may not read a column with content, nor any other that is not on the list', async () => {
  const forbidden = columns.filter(({ table, column }) => !READABLE[table]?.includes(column));
  const named = forbidden.map(({ table, column }) => `${table}.${column}`);
  expect(named).toEqual(
    expect.arrayContaining([
      ...['messages.content', 'messages.raw_message', 'agents.character', 'agents.name', 'agent_secrets.ciphertext'],
      ...['api_keys.secret_hash', 'api_keys.previous_hash', 'api_keys.name'],
      ...['token_issuers.ciphertext', 'token_issuers.issuer'],
      ...['agent_secrets.name', 'channels.name', 'channels.metadata', 'tenants.name', 'turns.error_message'],
      ...['agent_logs.body', 'memories.content', 'memory_overrides.content', 'rooms.name', 'worlds.metadata'],
      ...['turns.message_id', 'turn_effects.result', 'channel_participants.entity_id'],
    ]),
  );
  for (const { table, column } of forbidden) {
    const reading = db.database.acrossTenants(`select ${column} from ${table} limit 1`);
    await expect(reading.then(() => `${table}.${column} was read`)).rejects.toMatchObject({ code: DENIED });
  }
});

it('may read what is on the list, and the list names nothing that does not exist', async () => {
  for (const [table, names] of Object.entries(READABLE)) {
    await expect(db.database.acrossTenants(`select ${names.join(', ')} from ${table}`)).resolves.toBeDefined();
  }
});

it('may write to no table of tenants', async () => {
  const tables = [...new Set(columns.map(({ table }) => table))].filter((table) => !GLOBAL.includes(table));
  expect(tables.length).toBeGreaterThan(10);
  for (const table of tables) {
    const first = columns.find((it) => it.table === table && !IDENTITIES.includes(it.column))!.column;
    for (const text of [
      `delete from ${table}`,
      `update ${table} set ${first} = null`,
      `insert into ${table} default values`,
      `truncate ${table}`,
      `select from ${table} for update`,
    ]) {
      const writing = db.database.acrossTenants(text);
      await expect(writing.then(() => `done: ${text}`)).rejects.toMatchObject({ code: DENIED });
    }
  }
});

it('may not settle or claim: what is found is changed through its tenant', async () => {
  const [turn] = await db.database.acrossTenants<{ tenant_id: Uuid; id: Uuid }>('select tenant_id, id from turns');
  const claiming = db.database.acrossTenants('select claim_turn($1, $2, $3, 1000, 5)', [
    turn!.tenant_id,
    turn!.id,
    'w',
  ]);
  await expect(claiming).rejects.toMatchObject({ code: DENIED });
});

it('leaves its role on no connection', async () => {
  for (let index = 0; index < 30; index++) {
    await db.database.acrossTenants('select 1');
    await db.database.acrossTenants(index % 2 ? 'select 1' : 'select 1 / 0').catch(() => undefined);
  }
  const seen = await Promise.all(
    Array.from({ length: 20 }, () =>
      db.database.oneInTenant<{ role: string; turns: number }>({
        name: 'role',
        text: 'select current_user as role, (select count(*)::int from turns) as turns from fence',
        values: [tenants[0]],
      }),
    ),
  );
  for (const [row] of seen) expect(row).toEqual({ role: 'eliza_app', turns: 1 });
});

describe('a worker', () => {
  it('that slept for hours reports again and is counted', async () => {
    const dispatch = new Dispatch(db.database);
    await dispatch.reportWorker('sleeper', 4);
    await dispatch.reportWorker('gone', 8);
    await db.asSuperuser(`update workers set seen_at = clock_timestamp() - interval '3 hours'`);
    expect(await dispatch.liveSlots()).toBe(0);
    await dispatch.reportWorker('sleeper', 4);
    expect(await dispatch.liveSlots()).toBe(4);
    expect(await db.asSuperuser('select id from workers')).toEqual([{ id: 'sleeper' }]);
    await dispatch.forgetWorker('sleeper');
    expect(await dispatch.liveSlots()).toBe(0);
  });

  it('learns of every tenant with something to do, its weight and its share', async () => {
    const dispatch = new Dispatch(db.database);
    await dispatch.setShare(tenants[0]!, 3);
    await dispatch.setShare(tenants[0]!, 4);
    const path = new TurnPath(db.database, { worker: 'w', leaseMs: 1000, history: 1, maxDepth: 1, defaultShare: 1 });
    await path.release(tenants[0]!);
    expect(await dispatch.backlog()).toMatchObject({ waiting: expect.any(Number) as number });
    const loads = await dispatch.loads();
    const byTenant = new Map(loads.map((load) => [load.tenantId, load]));
    expect(byTenant.get(tenants[0]!)).toMatchObject({ weight: 1, share: 4, due: 0 });
    expect(byTenant.get(tenants[1]!)).toMatchObject({ weight: 1, share: null });
  });

  it('learns how far channels have come, of several tenants at once', async () => {
    const dispatch = new Dispatch(db.database);
    const heads = await db.asSuperuser<{ tenantId: Uuid; channelId: Uuid }>(
      'select tenant_id as "tenantId", channel_id as "channelId" from channel_heads',
    );
    const gone = { tenantId: tenants[0]!, channelId: tenants[0]! };
    const found = await dispatch.lastSeqs([...heads, gone]);
    expect(found).toHaveLength(heads.length);
    expect(found).toContainEqual({ ...heads[0]!, lastSeq: 1 });
  });
});
