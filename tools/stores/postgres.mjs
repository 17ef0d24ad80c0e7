import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runToEnd, startChild } from '../lib/child.mjs';
import { LaunchError } from '../lib/launch-error.mjs';
import { commandLineOf, endProcess, identityOf } from '../lib/process-identity.mjs';
import { endRecorded } from '../lib/process-records.mjs';
import { keptPort } from './ports.mjs';
import { postgresBinaries } from './postgres-binaries.mjs';
import { dataPlace, isRoot, NOBODY } from './reachable.mjs';

const ATTEMPTS = 4;
// fast shutdown: ends connections, then writes a checkpoint
const FAST = 'SIGINT';
const IMMEDIATE = 'SIGQUIT';

/**
 * Starts a Postgres of our own on 127.0.0.1, on data that is made at the first start.
 * Whatever still runs on that data from a launcher that was killed is stopped first.
 *
 * @param {object} options
 * @param {string} options.directory keeps data, port and record
 * @param {string} options.password of the superuser `postgres`; it counts at the first start
 * @param {number} [options.port] this one and no other
 * @param {Record<string, string | number>} [options.settings] such as {fsync: 'off'}
 */
export async function startPostgres({ directory, password, port: wanted, settings = {} }) {
  const binaries = await postgresBinaries();
  mkdirSync(directory, { recursive: true });
  // others may pass through, not look in; the data's own folder is closed
  if (isRoot) chmodSync(directory, 0o711);
  const data = dataPlace(directory);
  const record = path.join(directory, 'pid.json');
  await endPredecessor(data, record);
  const user = userOf(data);
  if (!existsSync(data)) await initialise({ binaries, data, password, user });
  refuseOtherVersion(binaries, data);
  const options = Object.entries({ max_connections: 200, ...settings }).flatMap(([key, value]) => [
    '-c',
    `${key}=${value}`,
  ]);

  for (let attempt = 1; ; attempt += 1) {
    const port = wanted ?? (await keptPort(directory));
    const child = startChild({
      name: 'postgres',
      command: path.join(binaries, 'bin/postgres'),
      args: ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', '', ...options],
      env: { ...process.env, LC_ALL: 'C' },
      user,
      record,
      isStore: true,
      stopSignal: FAST,
      lastSignal: IMMEDIATE,
    });
    try {
      await child.line(/database system is ready to accept connections/, 60_000);
      return running({ child, port, password, data });
    } catch (error) {
      // a port taken in between, or the memory of a killed server that is just being given back
      await child.kill();
      if (attempt === ATTEMPTS) throw error;
      await delay(attempt * 300);
    }
  }
}

function running({ child, port, password, data }) {
  return {
    port,
    pid: child.pid,
    dataDirectory: data,
    /** Deletes its data, wherever that is; for tests, after it was stopped. */
    remove: () => rmSync(data, { recursive: true, force: true }),
    /** An URL for one of its databases. */
    url: (login) => postgresUrl({ port, secret: password, ...login }),
    exited: child.exited,
    stop: child.stop,
    kill: child.kill,
  };
}

/** The URL of a database on a server of ours. */
export function postgresUrl({ port, secret, user = 'postgres', database = 'postgres' }) {
  return `postgres://${user}:${encodeURIComponent(secret)}@127.0.0.1:${port}/${database}`;
}

async function initialise({ binaries, data, password, user }) {
  // a draft, renamed at the end: an interrupted first start leaves nothing that looks like a database
  const draft = `${data}.new`;
  const passwordFile = `${data}.password`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user.uid !== undefined) for (const place of [draft, passwordFile]) chownSync(place, user.uid, user.gid);
  try {
    await runToEnd({
      name: 'initdb',
      command: path.join(binaries, 'bin/initdb'),
      args: [
        '-D',
        draft,
        '-U',
        'postgres',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '-E',
        'UTF8',
        '--locale=C',
      ].concat(['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-sync', '--no-instructions']),
      env: { ...process.env, LC_ALL: 'C' },
      user,
    });
    renameSync(draft, data);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** Under root the server runs as the owner of its data, `nobody` at the first start. */
function userOf(data) {
  if (!existsSync(data)) return isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  const { uid, gid } = statSync(data);
  if (isRoot) return uid === 0 ? { uid: NOBODY, gid: NOBODY } : { uid, gid };
  if (uid !== process.getuid?.()) {
    throw new LaunchError(
      `The database in ${data} belongs to another user: start as that user, or set ELIZA_DATA_DIR.`,
    );
  }
  return {};
}

/** Ends a server that a killed launcher left on this data, also when only Postgres' own note tells of it. */
async function endPredecessor(data, record) {
  await endRecorded(record, { signal: FAST });
  const note = path.join(data, 'postmaster.pid');
  if (!existsSync(note)) return;
  const pid = Number.parseInt(readFileSync(note, 'utf8'), 10);
  const command = commandLineOf(pid);
  if (command.includes(`-D ${data} `)) {
    await endProcess(pid, { signal: FAST });
  } else if (!identityOf(pid) || !command.includes('postgres')) {
    // the number was given to some other process since: Postgres would take that for a running server
    rmSync(note, { force: true });
  }
}

function refuseOtherVersion(binaries, data) {
  const has = readFileSync(path.join(data, 'PG_VERSION'), 'utf8').trim();
  const catalogue = readFileSync(path.join(binaries, 'share/postgresql/postgres.bki'), 'utf8').slice(0, 40);
  const needs = /PostgreSQL (\d+)/.exec(catalogue)?.[1];
  if (needs && needs !== has) {
    throw new LaunchError(`The database in ${data} was made by Postgres ${has}, but Postgres ${needs} is installed.`);
  }
}
