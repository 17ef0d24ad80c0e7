import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runToEnd } from '../lib/child.mjs';
import { inRepository } from '../lib/places.mjs';
import { withProgress } from '../lib/say.mjs';
import { withLock } from '../lib/lock.mjs';

/** Installs what package-lock.json names, development dependencies too, unless it is all there. */
export async function installDependencies() {
  if (isInstalled()) return;
  await withLock(inRepository('.eliza-setup/lock'), async () => {
    if (isInstalled()) return;
    await withProgress('Installing dependencies', npmCi);
  });
}

/** Compares the lock file with the one npm leaves in node_modules when an install has come to its end. */
function isInstalled() {
  const wanted = read(inRepository('package-lock.json'))?.packages;
  const present = read(inRepository('node_modules/.package-lock.json'))?.packages;
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([name, { version, optional, link }]) => {
    if (name === '' || link) return true;
    return present[name] ? present[name].version === version : optional;
  });
}

function npmCi() {
  const [command, ...first] = npm();
  return runToEnd({
    name: 'npm ci',
    command,
    args: [...first, 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'],
    cwd: inRepository(),
    // settings of the npm that runs us (npm start --omit=dev …) are not meant for this one
    env: Object.fromEntries(
      Object.entries(process.env).filter(
        ([name]) => name !== 'NODE_ENV' && !/^npm_config_(omit|only|production|include)$/i.test(name),
      ),
    ),
  });
}

/** The npm that runs us, the one beside this Node, or the one on PATH. */
function npm() {
  const beside = path.resolve(path.dirname(process.execPath), '../lib/node_modules/npm/bin/npm-cli.js');
  const script = [process.env.npm_execpath, beside].find(
    (file) => file && /npm-cli\.[cm]?js$/.test(file) && existsSync(file),
  );
  return script ? [process.execPath, script] : ['npm'];
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
