import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runToEnd } from '../lib/child.mjs';
import { inRepository } from '../lib/places.mjs';
import { say, withProgress } from '../lib/say.mjs';
import { withLock } from '../lib/lock.mjs';

const unwanted = /^(NODE_ENV|npm_config_(omit|only|production|include))$/i;

/** Installs what package-lock.json names, development dependencies too, unless it is all there. */
export async function installDependencies() {
  if (isInstalled()) return;
  await withLock(inRepository('.eliza-setup/lock'), async () => {
    if (isInstalled()) return;
    await withProgress('Installing dependencies', install);
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

/**
 * Where the registry does not have the packages of other platforms, npm leaves them out of the lock file it writes, and
 * `npm ci` then refuses that file on every machine. `npm install` takes it: same versions, nothing written back.
 */
async function install() {
  try {
    await npm('ci');
  } catch (error) {
    if (!error.details?.some((line) => line.includes('EUSAGE'))) throw error;
    say.step('npm ci finds package-lock.json incomplete: installing its versions with npm install');
    await npm('install', '--no-save');
  }
}

function npm(...words) {
  const [command, ...first] = npmProgram();
  return runToEnd({
    name: `npm ${words[0]}`,
    command,
    args: [...first, ...words, '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'],
    cwd: inRepository(),
    // settings of the npm that runs us (npm start --omit=dev …) are not meant for this one
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !unwanted.test(name))),
  });
}

/** The npm that runs us, the one beside this Node, or the one on PATH. */
function npmProgram() {
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
