import { SEED, testDatabase, type TestDatabase } from '@app/testing';
import fc from 'fast-check';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

/** Whether each text speaks to somebody of that name. */
async function heard(pairs: [name: string, text: string][]): Promise<boolean[]> {
  const rows = await db.asSuperuser<{ heard: boolean }>(
    'select is_addressed(name, text) as heard from unnest($1::text[], $2::text[]) with ordinality as p (name, text, n) order by n',
    [pairs.map(([name]) => name), pairs.map(([, text]) => text)],
  );
  return rows.map((row) => row.heard);
}

/** Postgres keeps no NUL in a text, and no half of a surrogate pair. */
const text = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: 'binary', maxLength }).map((it) => it.replaceAll('\0', ''));
const nasty = fc.string({ unit: fc.constantFrom(...'\\.*+?()[]{}|^$-:=!<>#@ _aB1\n'), minLength: 1, maxLength: 12 });

it('whatever a name is made of, no text makes Postgres fail, and the name alone and in brackets is heard', async () => {
  const name = fc.oneof(nasty, text(20), text(400)).filter((it) => it.trim() !== '');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(name, text(50)), { minLength: 50, maxLength: 50 }), async (pairs) => {
      await heard(pairs);
      const alone = await heard(pairs.flatMap(([it]) => [[it, it] as [string, string], [it, `hi (${it}), you`]]));
      expect(pairs.flatMap(([it], n) => (alone[2 * n] && alone[2 * n + 1] ? [] : [it]))).toEqual([]);
    }),
    { numRuns: 20, seed: SEED, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: true },
  );
});

it('hears a name as a word, in any case, and not inside another', async () => {
  const cases: [string, string, boolean][] = [
    ['Bo', 'hi @bo!', true],
    ['Bo', 'BO', true],
    ['Bo', 'the robot', false],
    ['Bo', 'Bob', false],
    ['Bo', 'bo_b', false],
    ['Mary Ann', 'dear mary ann,', true],
    ['Zoë', 'Zoë?', true],
    ['C++', 'I like c++.', true],
    ['.*', 'anything', false],
  ];
  expect(await heard(cases.map(([name, said]) => [name, said]))).toEqual(cases.map(([, , expected]) => expected));
});
