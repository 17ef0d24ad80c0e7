import { Dispatch, MessagePath, TurnPath } from '@app/persistence';
import { LONG, SEED, testDatabase } from '@app/testing';
import fc from 'fast-check';
import { Client } from 'pg';
import { BothWorlds, MAX_DEPTH, SHARE } from './both-worlds.js';
import type { PostgresSide } from './postgres-side.js';
import { step } from './turn-steps.js';

let pg: PostgresSide;

beforeAll(async () => {
  const db = await testDatabase();
  const superuser = new Client({ connectionString: db.adminUrl });
  await superuser.connect();
  const config = { worker: 'w', leaseMs: 60_000, history: 5, maxDepth: MAX_DEPTH, defaultShare: SHARE };
  pg = {
    db,
    superuser,
    messages: new MessagePath(db.database, SHARE),
    path: new TurnPath(db.database, config),
    dispatch: new Dispatch(db.database),
  };
});
afterAll(async () => {
  await pg.superuser.end();
  await pg.db.close();
});

it(
  'whatever happens to turns, Postgres and the pure machine agree, and every turn ends once',
  async () => {
    const history = fc.array(step, { minLength: 5, maxLength: LONG ? 150 : 60, size: 'max' });
    const property = fc.asyncProperty(history, async (steps) => {
      const worlds = await BothWorlds.make(pg);
      for (const it of steps) await worlds.take(it);
      await worlds.finish();
    });
    await fc.assert(property, {
      numRuns: LONG ? 1_500 : 100,
      seed: SEED,
      interruptAfterTimeLimit: LONG ? 1_100_000 : 100_000,
      markInterruptAsFailure: true,
    });
  },
  LONG ? 1_200_000 : 120_000,
);
