import { DEFAULT_MESSAGE_SERVER_ID, newId, replyId, type Uuid } from '@app/contracts';
import { Dispatch, isDuplicate, MediaPath, MessagePath, sqlState, TenantRemains, TurnPath } from '@app/persistence';
import { makeAgent, makeChannel, someMessage, testDatabase, type TestDatabase } from '@app/testing';
import { Client } from 'pg';
import { makeTwin, tablesOf, tenantColumn } from './a-twin.js';
import { IN_SCOPE, someAct, someFile, someIssuer, someJob, someKey, someSession, type Ids } from './tries-in-scope.js';
import { makeMemories } from './tries-at-memories.js';

/** The same for what opens its own door. */
const PATHS: Record<string, (tenantId: Uuid, ids: Ids) => Promise<unknown>> = {
  'MessagePath.accept': (tenantId, { channel }) => messages.accept(tenantId, someMessage(channel)),
  'MediaPath.publish': (tenantId, { memory }) => files.publish(tenantId, memory, { size: 1, checksum: 'b' }),
  'MediaPath.roomLeft': async (tenantId) => String(await files.roomLeft(tenantId)),
  'MediaPath.keep': (tenantId, { memory }) => files.keep(tenantId, memory, { size: 1, checksum: 'b', forMs: 1_000 }),
  'MediaPath.find': (tenantId, ids) => files.find(tenantId, someFile(ids)),
  // Last, as it makes a file of its own under the id.
  'MediaPath.reserve': (tenantId, ids) => files.reserve(tenantId, someFile(ids), 60_000),
  'TurnPath.claim': (tenantId, { turn }) => turns.claim(tenantId, turn),
  'TurnPath.renew': async (tenantId, { turn }) => [
    ...(await turns.renew([{ tenantId, turnId: turn, attempt: 1 }])).values(),
  ],
  'TurnPath.settle': (tenantId, { turn }) =>
    turns.settle(
      { tenantId, turnId: turn, attempt: 1 },
      {
        result: 'completed',
        replies: [{ id: replyId(turn, 1, 0), content: 'b', metadata: {} }],
        usage: { inputTokens: 1, outputTokens: 1 },
        log: { agentId: newId(), entityId: newId(), roomId: newId(), steps: [] },
      },
    ),
  'TurnPath.release': (tenantId) => turns.release(tenantId),
  'Dispatch.recover': (tenantId, { turn }) => dispatch.recover(tenantId, [turn], 1),
  'Dispatch.releaseAgain': (tenantId, { turn }) => dispatch.releaseAgain(tenantId, [turn], 0),
  'Dispatch.rollUpUsage': (tenantId) => dispatch.rollUpUsage(tenantId),
};

/** Methods that touch no tenant's rows, or are steps of those above. */
const BESIDE = [
  ...['agents.cancelTurns', 'messages.byId', 'messageSearch.ask', 'participants.cancelTurns', 'sessions.change'],
  ...['Dispatch.reportWorker', 'Dispatch.forgetWorker', 'Dispatch.liveSlots', 'Dispatch.leasesOver'],
  ...['Dispatch.unclaimed', 'Dispatch.loads', 'Dispatch.setShare', 'Dispatch.lastSeqs', 'Dispatch.longOver'],
  ...['Dispatch.backlog', 'arrivingMessages.unknownUpTo', 'archive.numbered'],
  ...['arrivals.added', 'arrivals.addKeepsakes', 'arrivals.countPairs', 'arrivingMessages.lock'],
  ...['arrivingMessages.known', 'arrivingMessages.store'],
  ...['memories.remove', 'recollections.raiseWatermarks', 'runs.where'],
  ...['Dispatch.tenantsWithUsage', 'MessagePath.store', 'apiKeys.change', 'channels.seen', 'messages.seen'],
  ...['messageServers.seen', 'uploads.end'],
];

let db: TestDatabase;
let messages: MessagePath;
let files: MediaPath;
let turns: TurnPath;
let dispatch: Dispatch;
let a: Uuid;
let b: Uuid;
let ofA: Ids;
let tables: string[];

beforeAll(async () => {
  db = await testDatabase();
  messages = new MessagePath(db.database, 10);
  files = new MediaPath(db.database);
  turns = new TurnPath(db.database, { worker: 'w', leaseMs: 600_000, history: 5, maxDepth: 1, defaultShare: 10 });
  dispatch = new Dispatch(db.database);
  a = await db.tenant('A');
  b = await db.tenant('B');
  const server = newId();
  const agent = await makeAgent(db.database, a, 'Ada');
  const channel = await makeChannel(db.database, a, { participants: [agent] });
  await db.database.inTenant(a, async (scope) => {
    await scope.agentSecrets.put(agent, [{ name: 'KEY', keyId: 'k', ciphertext: Buffer.from('a') }]);
    await scope.settings.replace([{ name: 'LANG', keyId: 'k', ciphertext: Buffer.from('a') }]);
    await scope.messageServers.insert({ id: server, name: 'A', sourceType: 'a', sourceId: null, metadata: null });
    await scope.channels.insert({ id: newId(), messageServerId: server, name: 'Channel', type: 'DM', metadata: {} });
  });
  const answer = await messages.accept(a, someMessage(channel));
  if (answer.outcome !== 'accepted') throw new Error(answer.outcome);
  const turn = answer.releases[0]!.turnId;
  await turns.claim(a, turn);
  await db.database.inTenant(a, (scope) => scope.turns.beginEffect(turn, 'mail'));
  await dispatch.setShare(a, 5);
  const memory = await makeMemories(db, a, { agent, message: answer.id, turn });
  ofA = {
    server,
    agent,
    channel,
    message: answer.id,
    turn,
    memory,
    session: newId(),
    job: newId(),
    key: newId(),
    issuer: newId(),
  };
  await db.database.inTenant(a, async (scope) => {
    await scope.sessions.insert(someSession(ofA));
    await scope.jobs.insert(someJob(ofA));
    await scope.apiKeys.insert(someKey(ofA.key));
    await scope.tokenIssuers.put(someIssuer(ofA.issuer));
    await scope.userErasures.request(newId());
    await scope.tenant.setHosts(['a.example.com']);
    await scope.audit.append(someAct(ofA.agent));
    await scope.uploads.insert({ ...someFile(ofA), way: 'parts' }, 60_000);
    await scope.usage.note([{ kind: 'toolCalls', quantity: 2, subjectId: ofA.turn }]);
  });
  await db.asSuperuser(`insert into usage_months values ($1, '2020-01-01', 'messages', 5)`, [a]);
  await db.asSuperuser(`insert into idempotency_keys values ($1, 'i', 'h', $1, now(), null, null, 'infinity')`, [a]);
  await dispatch.rollUpUsage(a);
  await files.reserve(a, someFile(ofA), 60_000);
  await files.publish(a, ofA.memory, { size: 10, checksum: 'a' });
  await db.asSuperuser('insert into media_uses values ($1, $2, $3)', [a, ofA.message, ofA.memory]);
  // What stands in a partition is asked for through its table; how far nobody comes directly is a test of its own.
  const found = await db.asSuperuser<{ relname: string }>(
    `select relname from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relrowsecurity and not relispartition`,
  );
  tables = found.map((row) => row.relname);
});
afterAll(() => db.close());

function unknownIds(): Ids {
  return {
    server: newId(),
    agent: newId(),
    channel: newId(),
    message: newId(),
    turn: newId(),
    memory: newId(),
    session: newId(),
    job: newId(),
    key: newId(),
    issuer: newId(),
  };
}

/** Takes away what an attempt made in tenant B. */
async function clearB(): Promise<void> {
  await db.asSuperuser('delete from agents where tenant_id = $1', [b]);
  await db.asSuperuser('delete from api_keys where tenant_id = $1', [b]);
  await db.asSuperuser('delete from uploads where tenant_id = $1', [b]);
  await db.asSuperuser('delete from token_issuers where tenant_id = $1', [b]);
  await db.asSuperuser('delete from message_servers where tenant_id = $1 and id <> $2', [b, DEFAULT_MESSAGE_SERVER_ID]);
}

/** Every row of tenant A, of every table, as it is now. */
async function everythingOfA(): Promise<unknown[]> {
  const each = tables.map((table) => {
    const column = table === 'tenants' ? 'id' : 'tenant_id';
    return `select '${table}' as name, (select jsonb_agg(t order by t::text) from ${table} t where ${column} = $1) as rows`;
  });
  return db.asSuperuser(each.join(' union all '), [a]);
}

/** What came of an attempt, told without the ids and times of the moment. */
async function outcome(attempt: Promise<unknown>, ids: Ids): Promise<string> {
  let told: string;
  try {
    told = `answer: ${JSON.stringify(await attempt)}`;
  } catch (error) {
    told = `error: ${sqlState(error)}`;
  }
  for (const [name, id] of Object.entries(ids)) told = told.replaceAll(id as string, `<${name}>`);
  return told.replaceAll(/"\d{4}-\d\d-\d\dT[^"]*Z"/g, '<time>');
}

function methodsOf(name: string, object: object): string[] {
  const prototype = Object.getPrototypeOf(object) as object;
  return Object.getOwnPropertyNames(prototype)
    .filter((method) => method !== 'constructor')
    .map((method) => `${name}.${method}`);
}

it('tries every method there is', async () => {
  const inScope = await db.database.inTenant(a, async (scope) =>
    Object.entries(scope).flatMap(([name, value]) =>
      typeof value === 'object' && !Array.isArray(value) ? methodsOf(name, value as object) : [],
    ),
  );
  const paths = { MessagePath: messages, MediaPath: files, TurnPath: turns, Dispatch: dispatch };
  const all = [...inScope, ...Object.entries(paths).flatMap(([name, path]) => methodsOf(name, path))];
  expect([...Object.keys(IN_SCOPE), ...Object.keys(PATHS), ...BESIDE].sort()).toEqual(all.sort());
});

describe('what belongs to another tenant is to', () => {
  it.each(Object.keys(IN_SCOPE))('%s as if it did not exist, and stays as it is', async (method) => {
    const before = await everythingOfA();
    const nowhere = unknownIds();
    const attempt = (ids: Ids) =>
      outcome(
        db.database.inTenant(b, (scope) => IN_SCOPE[method]!(scope, ids)),
        ids,
      );
    // Each in a tenant's untouched state, so that the second attempt does not meet what the first one made.
    const withIdsOfA = await attempt(ofA);
    await clearB();
    const withUnknownIds = await attempt(nowhere);
    await clearB();
    expect(withIdsOfA).toBe(withUnknownIds);
    expect(withIdsOfA).not.toMatch(/Ada|KEY|Hello/);
    expect(await everythingOfA()).toEqual(before);
  });

  it.each(Object.keys(PATHS))('%s as if it did not exist, and stays as it is', async (method) => {
    const before = await everythingOfA();
    const nowhere = unknownIds();
    expect(await outcome(PATHS[method]!(b, ofA), ofA)).toBe(await outcome(PATHS[method]!(b, nowhere), nowhere));
    expect(await everythingOfA()).toEqual(before);
  });

  it('a renewal of several tenants as it is to each of them', async () => {
    const own = await turns.renew([
      { tenantId: b, turnId: ofA.turn, attempt: 1 },
      { tenantId: newId(), turnId: newId(), attempt: 1 },
    ]);
    expect([...own.values()]).toEqual(['lost', 'lost']);
    expect([...(await turns.renew([{ tenantId: a, turnId: ofA.turn, attempt: 1 }])).values()]).toEqual(['running']);
  });
});

it('ids are only taken inside their tenant', async () => {
  const channel = await makeChannel(db.database, b);
  const accepted = await messages.accept(b, someMessage(channel, { id: ofA.message }));
  expect(accepted).toMatchObject({ outcome: 'accepted', id: ofA.message, seq: 1 });
  const taken = messages.accept(b, someMessage(channel, { id: ofA.message }));
  expect(isDuplicate(await taken.catch((error: unknown) => error))).toBe(true);
  expect(await messages.accept(b, someMessage(channel))).toMatchObject({ outcome: 'accepted', seq: 2 });
});

describe('a bare connection of the application', () => {
  let client: Client;
  beforeAll(async () => {
    client = new Client({ connectionString: db.config.url });
    await client.connect();
  });
  afterAll(() => client.end());

  /** How many rows a statement reached. None, where the application has no right to such a statement at all. */
  async function reached(text: string, values: unknown[] = []): Promise<number | null> {
    try {
      return (await client.query(text, values)).rowCount;
    } catch (error) {
      if (sqlState(error) === '42501') return 0;
      throw error;
    }
  }

  it.each(['reset app.tenant_id', `set app.tenant_id = ''`])('reads every table empty after: %s', async (text) => {
    await client.query(text);
    for (const table of tables) {
      const there = await db.asSuperuser(`select from ${table} limit 1`);
      expect([table, there.length]).toEqual([table, 1]);
      expect([table, await reached(`select from ${table}`)]).toEqual([table, 0]);
    }
  });

  it('writes nothing while no tenant is set', async () => {
    await client.query('reset app.tenant_id');
    for (const table of tables.filter((name) => name !== 'tenants')) {
      expect([table, await reached(`delete from ${table}`)]).toEqual([table, 0]);
      const adding = client.query(`insert into ${table} select (jsonb_populate_record(null::${table}, $1)).*`, [
        { tenant_id: a },
      ]);
      // Where a column is missing that fault may be met first; the row is refused in any case.
      await expect(adding.then(() => `${table} took a row`)).rejects.toMatchObject({
        code: expect.any(String) as string,
      });
    }
  });

  it('reaches no partition but through its table', async () => {
    const partitions = await db.asSuperuser<{ relname: string }>(
      `select relname from pg_class where relnamespace = 'public'::regnamespace and relispartition and relkind = 'r'`,
    );
    expect(partitions.length).toBeGreaterThan(0);
    for (const { relname } of partitions) {
      const reading = client.query(`select from ${relname}`).then(() => `${relname} was read`);
      await expect(reading).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('neither sees, changes, deletes nor adds another tenant’s rows, whatever it asks for', async () => {
    const before = await everythingOfA();
    await client.query(`set app.tenant_id = '${b}'`);
    for (const table of tables) {
      const column = tenantColumn(table);
      expect([table, await reached(`select from ${table} where ${column} = $1`, [a])]).toEqual([table, 0]);
      if (table === 'tenants') continue;
      const moved = await reached(`update ${table} set ${column} = $2 where ${column} = $1`, [a, b]);
      const deleted = await reached(`delete from ${table} where ${column} = $1`, [a]);
      expect([table, moved, deleted]).toEqual([table, 0, 0]);
    }
    const smuggling = client.query(
      `insert into message_servers (tenant_id, id, name, source_type) values ($1, $2, 'B', 'b')`,
      [a, newId()],
    );
    await expect(smuggling).rejects.toMatchObject({ code: '42501' });
    const giving = client.query(`update message_servers set tenant_id = $1 where tenant_id = $2`, [a, b]);
    await expect(giving).rejects.toMatchObject({ code: '42501' });
    expect(await everythingOfA()).toEqual(before);
  });
});

it('a tenant that is erased leaves no row in any table, and its neighbour with equal ids keeps all', async () => {
  const twin = await db.tenant('Twin');
  await makeTwin(db, tables, { from: a, to: twin });
  expect(await tablesOf(db, tables, twin)).toEqual([...tables].sort());

  const before = await everythingOfA();
  const remains = new TenantRemains(db.database, twin);
  await expect(remains.erase(100)).rejects.toThrow('not being deleted');
  expect(await remains.close()).toBe(true);
  while (await remains.cancelTurns());
  while (Object.keys(await remains.erase(3)).length > 0);
  expect(await remains.giveUpFiles(10)).toBe(1);
  expect(await remains.forget()).toBe(false);
  await db.database.inTenant(twin, (scope) => scope.media.forget(ofA.memory));
  expect(await remains.forget()).toBe(true);

  expect(await tablesOf(db, tables, twin)).toEqual([]);
  expect(await everythingOfA()).toEqual(before);
});
