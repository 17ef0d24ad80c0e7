import { readFileSync, writeFileSync } from 'node:fs';
import { inRepository } from '../lib/places.mjs';
import { missingEntries } from './completion.mjs';

// Completes package-lock.json after a package was added: node tools/lock/main.mjs
const file = inRepository('package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const missing = missingEntries(lock.packages);
lock.packages = Object.fromEntries(
  Object.entries({ ...lock.packages, ...missing }).sort(([a], [b]) => a.localeCompare(b, 'en')),
);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${Object.keys(missing).length} entries were added\n`);
