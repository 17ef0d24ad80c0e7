import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The names of all tests there are. */
const tests = new Set(
  ['apps', 'libs', 'test'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((file) => path.basename(file))
      .filter((name) => name.endsWith('.spec.ts')),
  ),
);
const document = readFileSync('docs/security.md', 'utf8');
const rows = document.split('\n').filter((line) => /^\| (API\d|\d+\.\d)/.test(line));

it('names no test that is not there', () => {
  const named = [...document.matchAll(/`([\w.-]+\.spec\.ts)`/g)].map(([, name]) => name!);
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((name) => !tests.has(name))).toEqual([]);
});

it('says of every threat by which test its answer is shown', () => {
  expect(rows.length).toBeGreaterThan(20);
  expect(rows.filter((row) => !/`[\w.-]+\.spec\.ts`/.test(row.split('|').at(-2)!))).toEqual([]);
});
