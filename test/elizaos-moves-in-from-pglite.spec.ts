import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { built, elizaosDump, inRepository, setting, testDatabase, type TestDatabase } from '@app/testing';

const run = promisify(execFile);
const PGLITE = '@electric-sql/pglite';

/** Makes a folder as ElizaOS has one, of a file of SQL. */
const MAKE = `import { PGlite } from '${PGLITE}';
import { readFileSync } from 'node:fs';
const database = await PGlite.create(process.argv[1]);
await database.exec(readFileSync(process.argv[2], 'utf8'));
await database.close();`;

/** Lets Node not find the package, as where optional dependencies were left out. */
const WITHOUT = `import { register } from 'node:module';
const hooks = \`export async function resolve(name, context, next) {
  if (name === '${PGLITE}') throw Object.assign(new Error('not here'), { code: 'ERR_MODULE_NOT_FOUND' });
  return next(name, context);
}\`;
register('data:text/javascript,' + encodeURIComponent(hooks));`;

let db: TestDatabase;
let scratch: string;

beforeAll(async () => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'eliza-pglite-'));
  db = await testDatabase();
});
afterAll(async () => {
  await db.close();
  rmSync(scratch, { recursive: true, force: true });
});

/** The built program: PGlite runs WebAssembly, which Jest's own module system does not load. */
async function moveIn(folder: string, node: string[] = []): Promise<{ code: number; stdout: string; stderr: string }> {
  const tenant = await db.tenant();
  const args = [...node, built('apps/admin/src/main.js'), 'import-elizaos', folder, '--tenant', tenant];
  const env = {
    PATH: process.env['PATH'],
    TMPDIR: scratch,
    DATABASE_URL: db.config.url,
    DATABASE_OWNER_URL: db.config.ownerUrl,
    ENCRYPTION_KEY: setting('TEST_ENCRYPTION_KEY'),
  };
  return run(process.execPath, args, { env, cwd: inRepository() }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
}

it('reads a PGlite folder, and leaves it as it is', async () => {
  const folder = path.join(scratch, 'elizadb');
  await run(process.execPath, ['--input-type=module', '-e', MAKE, folder, elizaosDump()], { cwd: inRepository() });
  const before = content(folder);
  expect(await moveIn(folder)).toMatchObject({ code: 0, stdout: expect.stringContaining('All counts agree.') });
  expect(content(folder)).toEqual(before);
  expect(readdirSync(scratch)).toEqual(['elizadb']);
}, 120_000);

it('says which package reads a PGlite folder when it is not installed', async () => {
  const folder = mkdtempSync(path.join(scratch, 'elizadb-'));
  writeFileSync(path.join(folder, 'PG_VERSION'), '17\n');
  const missing = path.join(scratch, 'missing.mjs');
  writeFileSync(missing, WITHOUT);
  expect(await moveIn(folder, ['--import', missing])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('npm install --no-save @electric-sql/pglite@0.3.16'),
  });
});

function content(folder: string): [string, string][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
    .map((file) => [file, readFileSync(file).toString('base64')]);
}
