import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { LaunchError } from '../lib/launch-error.mjs';

/**
 * Postgres refuses to run as root, so under root it runs as `nobody`, who needs no account of its own. That user may
 * not be able to reach the checkout (it may lie under root's home, mode 0700). Then, and only then, its binaries and
 * its data live in /var/lib/eliza-fleet, or in /var/tmp/eliza-fleet where that cannot be written. Not in /tmp if we can
 * help it: data is kept between starts, and /tmp is emptied at boot.
 */
export const isRoot = process.getuid?.() === 0;
export const NOBODY = 65534;

/** Whether every user may pass through all folders down to this one, as far as they exist. */
export function isReachable(folder) {
  for (let place = path.resolve(folder); ; place = path.dirname(place)) {
    if (existsSync(place) && !(statSync(place).mode & 0o001)) return false;
    if (place === path.dirname(place)) return true;
  }
}

/** A folder of root's that every user can reach. */
export function reachableFolder() {
  for (const parent of ['/var/lib', '/var/tmp', os.tmpdir()]) {
    const folder = path.join(parent, 'eliza-fleet');
    try {
      mkdirSync(folder, { mode: 0o755, recursive: true });
      // somebody else could have made it in a folder that all may write to, to slip us his binaries
      if (statSync(folder).uid !== 0) continue;
      chmodSync(folder, 0o755);
      if (isReachable(folder)) return folder;
    } catch {
      // not writable here: the next one
    }
  }
  throw new LaunchError(
    'Postgres cannot run as root, and no folder was found that another user can reach: set DATABASE_URL.',
  );
}

/**
 * Where the data of the Postgres of `directory` lives: inside it whenever the server can get there.
 * The way to a place outside is noted inside, so that it follows a checkout that is moved, is not shared with one
 * that was copied, and is forgotten with a folder that is deleted.
 */
export function dataPlace(directory) {
  const inside = path.join(directory, 'data');
  if (!isRoot || isReachable(directory)) return inside;
  const note = path.join(directory, 'location.json');
  const known = existsSync(note) ? JSON.parse(readFileSync(note, 'utf8')) : undefined;
  const copied = known && known.for !== directory && existsSync(path.join(known.for, 'location.json'));
  if (known?.for === directory) return known.data;
  const data = known && !copied ? known.data : path.join(reachableFolder(), `data-${randomBytes(8).toString('hex')}`);
  writeFileSync(note, JSON.stringify({ data, for: directory }));
  return data;
}
