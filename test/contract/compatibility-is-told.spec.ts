import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { compatibilityTables, namesWithoutRow } from './compatibility.js';

const PAGE = path.resolve(__dirname, '../../docs/compatibility.md');
const BEGIN = '<!-- compatibility: npm run docs -->\n<!-- prettier-ignore-start -->\n\n';
const END = '\n\n<!-- prettier-ignore-end -->\n<!-- end of compatibility -->';

it('names in deviations what the tables name', () => {
  expect(namesWithoutRow()).toEqual([]);
});

it('tells for every method, route and event how it compares with ElizaOS', () => {
  const page = readFileSync(PAGE, 'utf8');
  const [before] = page.split(BEGIN);
  const after = page.split(END)[1];
  const expected = `${before}${BEGIN}${compatibilityTables()}${END}${after}`;
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(PAGE, expected);
  else expect(page).toBe(expected);
});
