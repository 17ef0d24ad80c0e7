import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Names of all installed packages that are ES modules only, nested ones too: Jest has to compile these. */
export function esmPackages(folder = path.resolve(import.meta.dirname, '../../node_modules')) {
  const names = new Set();
  const visit = (modules) => {
    for (const name of packagesIn(modules)) {
      const home = path.join(modules, name);
      const manifest = read(path.join(home, 'package.json'));
      if (manifest?.type === 'module') names.add(name);
      visit(path.join(home, 'node_modules'));
    }
  };
  visit(folder);
  return [...names];
}

function packagesIn(modules) {
  const names = [];
  for (const entry of list(modules)) {
    if (entry.startsWith('.')) continue;
    if (entry.startsWith('@')) names.push(...list(path.join(modules, entry)).map((name) => `${entry}/${name}`));
    else names.push(entry);
  }
  return names;
}

function list(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
