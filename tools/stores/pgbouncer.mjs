import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startChild } from '../lib/child.mjs';
import { LaunchError } from '../lib/launch-error.mjs';
import { unpackDebian } from './debian.mjs';
import { freePort } from './ports.mjs';
import { cacheFolder, environmentOf, onPath } from './programs.mjs';
import { isRoot } from './reachable.mjs';

const PACKAGES = ['pgbouncer', 'libevent-2.1-7', 'libc-ares2'];
const SENTENCE = 'PgBouncer could not be found or fetched: install pgbouncer.';

/**
 * Starts a PgBouncer in transaction mode before a Postgres on this machine, on 127.0.0.1; tests use it.
 *
 * @param {object} options
 * @param {string} options.directory keeps its settings
 * @param {number} options.postgresPort
 * @param {Record<string, string>} options.users passwords by name
 * @param {number} options.poolSize connections to Postgres per user and database
 */
export async function startPgBouncer({ directory, postgresPort, users, poolSize }) {
  const { command, env } = await pgBouncerBinary(path.join(directory, 'binary'));
  mkdirSync(directory, { recursive: true });
  const port = await freePort();
  const settings = path.join(directory, 'pgbouncer.ini');
  const secrets = path.join(directory, 'users.txt');
  const names = Object.entries(users).map(([name, password]) => `"${name}" "${password}"`);
  writeFileSync(secrets, `${names.join('\n')}\n`, { mode: 0o600 });
  const lines = [
    '[databases]',
    `* = host=127.0.0.1 port=${postgresPort}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = scram-sha-256',
    `auth_file = ${secrets}`,
    'pool_mode = transaction',
    `default_pool_size = ${poolSize}`,
    'max_client_conn = 500',
  ];
  writeFileSync(settings, `${lines.join('\n')}\n`, { mode: 0o600 });
  // it reads its settings, and then gives up the rights of root
  const args = [...(isRoot ? ['-u', 'nobody'] : []), settings];
  const child = startChild({ name: 'pgbouncer', command, args, env, stopSignal: 'SIGINT' });
  try {
    await child.line(/process up/, 20_000);
  } catch (error) {
    await child.kill();
    throw error;
  }
  return { port, stop: child.stop };
}

/**
 * A PgBouncer: from PATH, else from a cache of ours that is filled from Debian's package.
 *
 * @param {string} fallback folder for the cache when the user has no home to write to
 */
export async function pgBouncerBinary(fallback) {
  const installed = onPath('pgbouncer');
  if (installed) return { command: installed, env: process.env };
  const cache = path.join(cacheFolder(fallback), `pgbouncer-${process.arch}`);
  const unpacked = { command: path.join(cache, 'usr/sbin/pgbouncer'), env: environmentOf(cache) };
  if (runs(unpacked)) return unpacked;
  try {
    rmSync(cache, { recursive: true, force: true });
    await unpackDebian({ packages: PACKAGES, into: cache });
  } catch (error) {
    throw new LaunchError(SENTENCE, [error.message, ...(error.details ?? [])]);
  }
  const fresh = { command: unpacked.command, env: environmentOf(cache) };
  if (!runs(fresh)) throw new LaunchError(SENTENCE);
  return fresh;
}

function runs({ command, env }) {
  if (!existsSync(command)) return false;
  try {
    execFileSync(command, ['--version'], { env, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
