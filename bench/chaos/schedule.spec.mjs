import { Dice } from '../lib/dice.mjs';
import { ACTS, schedule } from './nemesis.mjs';
import { scenario, SCENARIOS } from './scenarios.mjs';

test('the same seed gives the same schedule, another one another', () => {
  const plan = scenario('everything');
  const [first, again, other] = [1, 1, 2].map((seed) => schedule(new Dice(seed), plan));
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
  expect(first.length).toBeGreaterThan(5);
});

test('everything that can happen is in the scenario of everything, and no scenario names what cannot', () => {
  const named = Object.values(SCENARIOS).flatMap(({ acts }) => acts);
  expect(named.filter((name) => !Object.hasOwn(ACTS, name))).toEqual([]);
  expect(new Set(SCENARIOS.everything.acts)).toEqual(new Set(Object.keys(ACTS)));
});
