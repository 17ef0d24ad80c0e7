import { readFileSync } from 'node:fs';
import { inRepository } from '../lib/places.mjs';
import { missingEntries } from './completion.mjs';

const lock = JSON.parse(readFileSync(inRepository('package-lock.json'), 'utf8'));

it('package-lock.json has every package of every platform, so that npm ci takes it (node tools/lock/main.mjs)', () => {
  expect(missingEntries(lock.packages)).toEqual({});
});

it('package-lock.json names no registry: whoever installs has one', () => {
  expect(Object.entries(lock.packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});

describe('what is missing', () => {
  it('is found as Node finds it, and carries its platform', () => {
    const packages = {
      'node_modules/a': { optionalDependencies: { '@x/b-linux-arm-gnueabihf': '1.0.0', '@x/b-win32-x64': '1.0.0' } },
      'node_modules/a/node_modules/c': { optionalDependencies: { d: '2.0.0' } },
      'node_modules/d': {},
      'node_modules/a/node_modules/@x/b-win32-x64': {},
    };
    expect(missingEntries(packages)).toEqual({
      'node_modules/@x/b-linux-arm-gnueabihf': { version: '1.0.0', optional: true, os: ['linux'], cpu: ['arm'] },
    });
  });

  it('is refused where its version is a range', () => {
    expect(() => missingEntries({ '': { optionalDependencies: { b: '^1.0.0' } } })).toThrow(/no exact version/);
  });
});
