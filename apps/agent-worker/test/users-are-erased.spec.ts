import { ERASED_ENTITY_ID, ERASED_TEXT, newId, ownId, type Uuid } from '@app/contracts';
import { MessagePath, UserErasureDispatch, type UserErasure } from '@app/persistence';
import { createLogger } from '@app/platform';
import { makeAgent, makeChannel, setting, someMessage, testDatabase, type TestDatabase } from '@app/testing';
import { RedisConnections, TenantTraces } from '@app/transport';
import { UserEraser } from '../src/erasing/user-eraser.js';

const BEN = newId();
const ANN = newId();

let db: TestDatabase;
let redis: RedisConnections;
let traces: TenantTraces;
let tenant: Uuid;
let agent: Uuid;
beforeEach(async () => {
  db = await testDatabase();
  redis = new RedisConnections({ url: setting('TEST_REDIS_URL'), prefix: newId() }, createLogger('test', 'fatal'));
  traces = new TenantTraces(redis);
  await redis.connect('ready', 'patient').ping();
  tenant = await db.tenant();
  agent = await makeAgent(db.database, tenant, 'Ada');
});
afterEach(async () => {
  await traces.close();
  redis.close();
  await db.close();
});

const logger = createLogger('test', 'fatal');
const dispatch = (): UserErasureDispatch => new UserErasureDispatch(db.database);
const eraser = (): UserEraser => new UserEraser({ database: db.database, dispatch: dispatch(), traces, logger });
const said = async (channel: Uuid, more = {}, of = tenant): Promise<Uuid> => {
  const accepted = await new MessagePath(db.database, 10).accept(of, someMessage(channel, more));
  if (accepted.outcome !== 'accepted') throw new Error(accepted.outcome);
  return accepted.id;
};

/** What Ben said, alone with the agent and with Ann, and what came of it. */
async function household(): Promise<{ shared: Uuid; alone: Uuid; question: Uuid; reply: Uuid; hers: Uuid }> {
  const alone = await makeChannel(db.database, tenant, { participants: [BEN, agent] });
  await said(alone, { authorId: BEN, content: 'canary alone' });
  const shared = await makeChannel(db.database, tenant, { type: 'GROUP', participants: [ANN, BEN, agent] });
  const named = { authorId: BEN, authorName: 'Ben canary', clientMessageId: 'canary-1' };
  const question = await said(shared, { ...named, content: 'canary question', metadata: { note: 'canary' } });
  const answer = { authorId: agent, inReplyTo: question, sourceType: 'agent_response', content: 'canary answer' };
  const reply = await said(shared, answer);
  const hers = await said(shared, { authorId: ANN, inReplyTo: question, content: 'Hello' });
  await db.asSuperuser(
    `insert into memories (tenant_id, agent_id, id, type, content, room_id, entity_id) values
       ($1, $2, gen_random_uuid(), 'facts', '{"text": "canary fact"}', $3, null),
       ($1, $2, gen_random_uuid(), 'facts', '{"text": "canary of Ben"}', null, $4)`,
    [tenant, agent, ownId(agent, alone), BEN],
  );
  await db.asSuperuser(
    `insert into agent_logs (tenant_id, agent_id, id, type, entity_id, room_id, body, created_at)
     values ($1, $2, gen_random_uuid(), 'run_event', $3, $2, '{"text": "canary"}', clock_timestamp())`,
    [tenant, agent, BEN],
  );
  return { shared, alone, question, reply, hers };
}

/** All rows of a tenant in one text, but for what tells of the erasure itself. */
async function everythingOf(of: Uuid): Promise<string> {
  const tables = await db.asSuperuser<{ name: string }>(
    `select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'tenant_id'
        and table_name not in ('user_erasures', 'tenant_erasures', 'departed_tenants')`,
  );
  const rows = await db.asSuperuser<{ row: string }>(
    tables.map(({ name }) => `select t::text as row from ${name} t where tenant_id = $1`).join(' union all '),
    [of],
  );
  return rows.map(({ row }) => row).join('\n');
}

const ask = (): Promise<UserErasure> => db.database.inTenant(tenant, (scope) => scope.userErasures.request(BEN));
const erasure = (id: Uuid): Promise<UserErasure | undefined> =>
  db.database.inTenant(tenant, (scope) => scope.userErasures.find(id));

it('leaves nothing of an end user, and to the others their conversation', async () => {
  const { shared, alone, question, reply, hers } = await household();
  const { id } = await ask();
  expect((await ask()).id).toBe(id);
  await eraser().work(new AbortController().signal);
  expect(await erasure(id)).toMatchObject({
    state: 'done',
    erased: { channels: 1, messages: 3, memories: 1, logs: 1 },
  });
  const left = await everythingOf(tenant);
  expect(left).not.toContain('canary');
  expect(left).not.toContain(BEN);
  const { page, gone, events } = await db.database.inTenant(tenant, async (scope) => ({
    page: await scope.messages.page(shared, { limit: 10 }),
    gone: await scope.channels.find(alone),
    events: await scope.messages.eventsAfter(shared, 3, 10),
  }));
  expect(gone).toBeUndefined();
  expect(page.map((message) => [message.id, message.authorId, message.content])).toEqual([
    [hers, ANN, 'Hello'],
    [reply, agent, ERASED_TEXT],
    [question, ERASED_ENTITY_ID, ERASED_TEXT],
  ]);
  // Whoever listens hears of it in order.
  expect(events.map(({ kind, messageId }) => [kind, messageId])).toEqual([
    ['updated', null],
    ['message_updated', question],
    ['message_updated', reply],
  ]);
});

it('is gone on with by another worker when one dies in the middle, and left alone by one that was too slow', async () => {
  await household();
  const { id } = await ask();
  let broken = true;
  const dying = new UserEraser({
    ...{ database: db.database, dispatch: dispatch(), logger },
    traces: {
      remove: () => {
        if (broken) throw new Error('killed');
        return Promise.resolve(0);
      },
    },
  });
  await expect(dying.work(new AbortController().signal)).rejects.toThrow('killed');
  await eraser().work(new AbortController().signal);
  expect(await erasure(id)).toMatchObject({ state: 'running' });
  broken = false;
  await db.asSuperuser(`update user_erasures set due_at = clock_timestamp()`);
  await Promise.all([dying.work(new AbortController().signal), eraser().work(new AbortController().signal)]);
  expect(await erasure(id)).toMatchObject({ state: 'done', erased: { channels: 1, messages: 3 } });
  expect(await everythingOf(tenant)).not.toContain('canary');
});

it('takes nothing of the same person in another tenant', async () => {
  const neighbour = await db.tenant();
  const channel = await makeChannel(db.database, neighbour, { participants: [BEN] });
  await said(channel, { authorId: BEN, content: 'of a neighbour' }, neighbour);
  const before = await everythingOf(neighbour);
  await household();
  await ask();
  await eraser().work(new AbortController().signal);
  expect(await everythingOf(neighbour)).toBe(before);
});
