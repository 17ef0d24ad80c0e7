import type { Uuid } from '@app/contracts';
import { Dispatch, MessagePath, TurnPath } from '@app/persistence';
import { makeAgent, makeChannel, someMessage, testDatabase, type TestDatabase } from '@app/testing';

let db: TestDatabase;
let tenant: Uuid;
let turns: TurnPath;
beforeAll(async () => {
  db = await testDatabase();
  tenant = await db.tenant();
  turns = new TurnPath(db.database, { worker: 'w', leaseMs: 60_000, history: 1, maxDepth: 1, defaultShare: 1 });
});
afterAll(() => db.close());

const set = (status: 'suspended' | 'active'): Promise<boolean> =>
  db.database.inTenant(tenant, (scope) => scope.tenant.update({ status }));

it('finishes what is under way, and does the rest when it is resumed', async () => {
  const agent = await makeAgent(db.database, tenant, 'Ada');
  const channels = [await makeChannel(db.database, tenant, { participants: [agent] })];
  channels.push(await makeChannel(db.database, tenant, { participants: [agent] }));
  const path = new MessagePath(db.database, 1);
  const [first, second] = [
    await path.accept(tenant, someMessage(channels[0]!)),
    await path.accept(tenant, someMessage(channels[1]!)),
  ];
  if (first.outcome !== 'accepted' || second.outcome !== 'accepted') throw new Error('not accepted');
  const { turnId } = first.releases[0]!;
  expect(second.releases).toEqual([]); // its share is one at a time
  expect(await turns.claim(tenant, turnId)).toBeDefined();

  await set('suspended');
  const end = { result: 'completed' as const, replies: [], usage: { inputTokens: 0, outputTokens: 0 } };
  expect(await turns.settle({ tenantId: tenant, turnId, attempt: 1 }, end)).toMatchObject({
    outcome: 'settled',
    releases: [],
  });
  expect(await turns.release(tenant)).toEqual([]);
  const dispatch = new Dispatch(db.database);
  expect(await dispatch.loads()).toEqual([]);

  await set('active');
  expect(await dispatch.loads()).toMatchObject([{ tenantId: tenant, due: 1 }]);
  expect(await turns.release(tenant)).toHaveLength(1);
});
