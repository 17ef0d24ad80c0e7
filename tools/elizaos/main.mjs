import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runToEnd } from '../lib/child.mjs';
import { sayFault } from '../lib/fault.mjs';
import { inRepository } from '../lib/places.mjs';
import { say, withProgress } from '../lib/say.mjs';
import { answersOf, readings } from './answers.mjs';
import { dump } from './dump.mjs';
import { startInstallation } from './installation.mjs';
import { live } from './life.mjs';

/**
 * Makes the fixture of `import-elizaos`: installs @elizaos/server 1.7.2 into a temporary folder, runs it on PGlite, lives
 * through everything that moves over its own API, and keeps its database as SQL, its files and its answers.
 *
 *     node tools/elizaos/main.mjs
 */
const VERSION = '1.7.2';
const PORT = 47_311;
const folder = path.join(os.tmpdir(), `elizaos-${VERSION}`);
const fixture = inRepository('test/fixtures/elizaos');
const program = fileURLToPath(import.meta.url);

async function make() {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  writeFileSync(path.join(folder, 'load.mjs'), 'export const load = (name) => import(name);\n');
  const packages = ['server', 'core', 'plugin-sql', 'plugin-bootstrap'].map((name) => `@elizaos/${name}@${VERSION}`);
  const install = ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...packages];
  await withProgress('Installing ElizaOS', () =>
    runToEnd({ name: 'npm install', command: 'npm', args: install, cwd: folder }),
  );
  // agents take the whole environment for their secrets: it gets none of ours
  const env = { PATH: '/usr/bin:/bin', HOME: folder, LOG_LEVEL: 'warn', TZ: 'UTC' };
  const run = (step) => runToEnd({ name: step, command: process.execPath, args: [program, step], cwd: folder, env });
  await withProgress('Living in it', () => run('live'));
  await withProgress('Keeping what it left', () => run('keep'));
  say.done(`The fixture is in ${fixture}`);
}

const STEPS = {
  async live() {
    const installation = await startInstallation(folder, { port: PORT });
    const ids = await live(installation);
    const answers = await answersOf(installation.address, readings(ids));
    mkdirSync(fixture, { recursive: true });
    writeFileSync(path.join(fixture, 'ids.json'), `${JSON.stringify(ids, null, 2)}\n`);
    writeFileSync(path.join(fixture, 'answers.json'), `${JSON.stringify(answers, null, 1)}\n`);
    await installation.server.database.close();
    process.exit(0);
  },
  /** In a process of its own: the server's may still hold the database. */
  async keep() {
    const { load } = await import(path.join(folder, 'load.mjs'));
    const { PGlite } = await load('@electric-sql/pglite');
    const database = await PGlite.create(path.join(folder, '.eliza/.elizadb'));
    writeFileSync(path.join(fixture, 'database.sql'), await dump(database));
    rmSync(path.join(fixture, 'data'), { recursive: true, force: true });
    cpSync(path.join(folder, '.eliza/data'), path.join(fixture, 'data'), { recursive: true });
    await database.close();
  },
};

try {
  await (STEPS[process.argv[2]] ?? make)();
} catch (error) {
  sayFault(error);
  process.exitCode = 1;
}
