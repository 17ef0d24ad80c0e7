import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { migrate } from '../fleet/migrate.mjs';
import { LaunchError } from '../lib/launch-error.mjs';
import { releaseLock, takeLock } from '../lib/lock.mjs';
import { logLines } from '../lib/log-lines.mjs';
import { dataDirectory } from '../lib/places.mjs';
import { storesOf } from '../stores/index.mjs';
import { postgresUrl } from '../stores/postgres.mjs';
import { databaseEnv } from '../stores/provision.mjs';
import { redisUrl } from '../stores/redis.mjs';
import { s3Env } from '../stores/s3.mjs';
import { keptSecrets } from '../stores/secrets.mjs';

/** The variable that names a store which is not ours. */
const NAMED_BY = { postgres: 'DATABASE_URL', s3: 'S3_ENDPOINT' };

/**
 * The variables of the stores a command works on. What the environment names counts; everything else is the launcher's
 * own, from its data folder: as it runs, or started for this command.
 *
 * @param {string[]} names of stores
 * @param {{build: string, signal: AbortSignal, env?: NodeJS.ProcessEnv}} context
 * @returns {Promise<{env: Record<string, string>, release: () => void}>} release is called when the stores have ended
 */
export async function storesForCommand(names, { build, signal, env = process.env }) {
  const directory = dataDirectory(env);
  const own = names.filter((name) => !env[NAMED_BY[name]]);
  const nothing = () => {};
  // to foreign stores belongs the key they were used with: none is made here
  const known = existsSync(path.join(directory, 'secrets.json'));
  if (names.length === 0 || (own.length === 0 && !known)) return { env: {}, release: nothing };

  const secrets = keptSecrets(directory);
  const key = { ENCRYPTION_KEY: env.ENCRYPTION_KEY || secrets.encryptionKey };
  if (own.length === 0) return { env: key, release: nothing };
  const lock = path.join(directory, 'launcher.lock');
  if (takeLock(lock) !== undefined) {
    const found = { ...heard(directory, { own, secrets, env }), ...running(directory, { own, secrets, env }) };
    return { env: { ...key, ...found }, release: nothing };
  }
  const release = () => releaseLock(lock);
  try {
    const started = await start(directory, { own, secrets, build, signal, env: { ...env, ...key } });
    return { env: { ...key, ...started }, release };
  } catch (error) {
    release();
    throw error;
  }
}

/** The stores of a launcher that is running, where it has noted them. */
function running(directory, { own, secrets, env }) {
  const found = {};
  for (const name of own) {
    const note = path.join(directory, name, 'port');
    if (!existsSync(note)) {
      throw new LaunchError(
        `What runs on ${directory} has no ${name} of its own: set ${NAMED_BY[name]} as it was set for npm start.`,
      );
    }
    const port = Number(readFileSync(note, 'utf8'));
    Object.assign(found, name === 'postgres' ? databaseAt(port, secrets) : objectsAt(port, secrets, env));
  }
  return found;
}

/** The Redis of a launcher that is running, through which its gateways hear at once of what a command changed. */
function heard(directory, { own, secrets, env }) {
  const note = path.join(directory, 'redis/port');
  if (!own.includes('postgres') || env.REDIS_URL || !existsSync(note)) return {};
  return { REDIS_URL: redisUrl({ port: Number(readFileSync(note, 'utf8')), password: secrets.redisPassword }) };
}

async function start(directory, { own, secrets, build, signal, env }) {
  const stores = storesOf(directory, secrets, { env, signal });
  const found = {};
  for (const name of own) Object.assign(found, await stores[name]());
  signal.throwIfAborted();
  if (own.includes('postgres')) {
    const note = path.join(directory, 'postgres/migrated');
    await migrate({ env: { ...env, ...found }, build, note, onLine: logLines('migrate', 7) });
  }
  return serving(found);
}

function databaseAt(port, secrets) {
  return serving(databaseEnv({ url: (login) => postgresUrl({ port, ...login }) }, secrets));
}

function objectsAt(port, secrets, env) {
  const { s3AccessKeyId: accessKeyId, s3SecretAccessKey: secretAccessKey } = secrets;
  return s3Env(`http://127.0.0.1:${port}`, { bucket: env.S3_BUCKET || 'eliza', accessKeyId, secretAccessKey });
}

/** What an application may know: the owner's login is for migrations. */
function serving({ DATABASE_OWNER_URL: _, ...env }) {
  return env;
}
