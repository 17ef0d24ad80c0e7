import { DEVIATIONS } from './contract-deviations.js';

it('names every deviation from ElizaOS once, with what differs and why', () => {
  const names = DEVIATIONS.map(({ of, what }) => `${of.join()}: ${what}`);
  expect(new Set(names).size).toBe(names.length);
  for (const { of, what, why } of DEVIATIONS) expect([...of, what, why].every((text) => text.length > 2)).toBe(true);
});
