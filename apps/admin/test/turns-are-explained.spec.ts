import { newId, replyId, type Uuid } from '@app/contracts';
import { MessagePath, TurnPath } from '@app/persistence';
import { makeAgent, makeChannel, someMessage, testDatabase, type TestDatabase } from '@app/testing';
import { admin } from './support.js';

let db: TestDatabase;
let tenant: Uuid;
let path: TurnPath;
let question: Uuid;
let turnId: Uuid;
let reply: Uuid;

beforeAll(async () => {
  db = await testDatabase();
  tenant = await db.tenant();
  const agentId = await makeAgent(db.database, tenant, 'Ada');
  const channelId = await makeChannel(db.database, tenant, { type: 'DM', participants: [agentId] });
  path = new TurnPath(db.database, { worker: 'worker-7', leaseMs: 4_000, history: 5, maxDepth: 2, defaultShare: 5 });
  const messages = new MessagePath(db.database, 5);
  const message = someMessage(channelId, { content: 'a secret of mine', authorName: 'Bob' });
  question = message.id;
  await messages.accept(tenant, message);
  await messages.accept(tenant, someMessage(channelId));
  [{ id: turnId } = { id: '' }] = await db.asSuperuser<{ id: Uuid }>('select id from turns where message_id = $1', [
    question,
  ]);
  await path.claim(tenant, turnId);
});
afterAll(() => db.close());

const explain = (id: string): ReturnType<typeof admin> => admin(db, ['explain', id, '--tenant', tenant]);

it('tells of a running turn who runs it, and of one behind it what it waits for', async () => {
  const { code, said } = await explain(turnId);
  expect(code).toBe(0);
  expect(said).toMatch(new RegExp(`^Turn ${turnId}: Ada owes an answer to message ${question} in channel `));
  expect(said).toMatch(/^ +\+0 ms {2}20\S+Z {2}stored as seq 1, said by Bob$/m);
  expect(said).toMatch(/^ +\+\d+ ms {2}\S+Z {2}released to the queue$/m);
  expect(said).toMatch(/^ +\+\d+ ms {2}\S+Z {2}claimed by worker-7, attempt 1$/m);
  expect(said).toMatch(/^Now: running, 1 attempt, leased until \S+Z$/m);
  const [next] = await db.asSuperuser<{ id: Uuid }>('select id from turns where tenant_id = $1 and seq = 2', [tenant]);
  expect((await explain(next!.id)).said).toMatch(/^Now: waiting, 0 attempts, behind 1 of its lane$/m);
});

it('tells of a turn that is over how it went, by the id of its message or reply too, and no text of anybody', async () => {
  reply = replyId(turnId, 1, 0);
  await path.settle(
    { tenantId: tenant, turnId, attempt: 1 },
    {
      result: 'completed',
      replies: [{ id: reply, content: 'another secret', metadata: {} }],
      usage: { inputTokens: 3, outputTokens: 4 },
    },
  );
  const { said } = await explain(turnId);
  expect(said).toMatch(new RegExp(`ms  \\S+Z  reply ${reply} stored as seq 3$`, 'm'));
  expect(said).toMatch(/ms {2}\S+Z {2}completed$/m);
  expect(said).toMatch(/^Now: completed, 1 attempt, 3 tokens in, 4 out$/m);
  expect(said).not.toContain('secret');
  expect((await explain(question)).said).toBe(said);
  expect((await explain(reply)).said).toBe(said);
});

it('says in a sentence that there is no such turn, and what an id is', async () => {
  expect(await explain(newId())).toMatchObject({
    code: 1,
    complained: expect.stringMatching(/ has no turn of this id/),
  });
  expect(await explain('turn')).toMatchObject({ code: 2 });
  const other = await db.tenant();
  expect((await admin(db, ['explain', turnId, '--tenant', other])).code).toBe(1);
});
