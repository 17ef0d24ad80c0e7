import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { LaunchError } from '../lib/launch-error.mjs';
import { unpackDebian } from './debian.mjs';
import { cacheFolder, environmentOf, onPath } from './programs.mjs';

const OLDEST = 7;
// the server is one program of many names, and Debian ships it with the tools
const PACKAGES = ['redis-tools', 'libatomic1', 'libjemalloc2', 'liblzf1'];

/**
 * A Redis (or Valkey) server of version 7 or later: from PATH, else from a cache of ours that is filled from
 * Debian's package.
 *
 * @param {string} fallback folder for the cache when the user has no home to write to
 * @returns {Promise<{command: string, env: NodeJS.ProcessEnv}>}
 */
export async function redisBinary(fallback) {
  for (const name of ['redis-server', 'valkey-server']) {
    const command = onPath(name);
    if (command && versionOf({ command, env: process.env }) >= OLDEST) return { command, env: process.env };
  }
  const cache = path.join(cacheFolder(fallback), `redis-${process.arch}`);
  const kept = unpacked(cache);
  if (kept) return kept;
  try {
    rmSync(cache, { recursive: true, force: true });
    await unpackDebian({ packages: PACKAGES, into: cache });
  } catch (error) {
    throw new LaunchError(sentence, [error.message, ...(error.details ?? [])]);
  }
  const fresh = unpacked(cache);
  if (!fresh) throw new LaunchError(sentence);
  return fresh;
}

const sentence = 'Redis could not be found or fetched: install redis-server 7 or later, or set REDIS_URL.';

/** The unpacked server, if it is there and runs. */
function unpacked(cache) {
  const tool = path.join(cache, 'usr/bin/redis-check-rdb');
  const command = path.join(cache, 'usr/bin/redis-server');
  if (!existsSync(tool)) return undefined;
  if (!existsSync(command)) symlinkSync(path.basename(tool), command);
  const env = environmentOf(cache);
  return versionOf({ command, env }) >= OLDEST ? { command, env } : undefined;
}

function versionOf({ command, env }) {
  try {
    const text = execFileSync(command, ['--version'], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return Number(/v=(\d+)/.exec(text)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
