import { DEVIATIONS } from './contract-deviations.js';

it('names every deviation from ElizaOS once, with what differs and why', () => {
  const names = DEVIATIONS.map(({ route, what }) => `${route}: ${what}`);
  expect(new Set(names).size).toBe(names.length);
  for (const { route, what, why } of DEVIATIONS) expect([route, what, why].every((text) => text.length > 3)).toBe(true);
});
