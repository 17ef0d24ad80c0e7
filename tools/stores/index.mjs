import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { keepRunning } from '../lib/keep-running.mjs';
import { startPostgres } from './postgres.mjs';
import { databaseEnv, provision } from './provision.mjs';
import { startRedis } from './redis.mjs';
import { s3Env, startS3 } from './s3.mjs';

/**
 * The three stores of one data folder. Each part answers what the applications' environment needs for it, and starts
 * nothing when the given environment names that part already.
 *
 * @param {string} directory
 * @param {object} secrets
 * @param {{env: NodeJS.ProcessEnv, signal: AbortSignal}} context a store that dies is started again until the signal aborts
 */
export function storesOf(directory, secrets, { env, signal }) {
  mkdirSync(directory, { recursive: true });
  const keep = (name, start) => keepRunning(name, start, signal);
  const place = (name) => path.join(directory, name);

  return {
    async postgres() {
      if (env.DATABASE_URL) return given(env, ['DATABASE_URL', 'DATABASE_OWNER_URL']);
      const options = { directory: place('postgres'), password: secrets.databaseAdminPassword };
      const postgres = await keep('postgres', samePort(startPostgres, options));
      await provision(postgres, secrets, { directory: place('postgres') });
      return databaseEnv(postgres, secrets);
    },
    async redis() {
      if (env.REDIS_URL) return given(env, ['REDIS_URL']);
      const options = { directory: place('redis'), password: secrets.redisPassword };
      const redis = await keep('redis', samePort(startRedis, options));
      return { REDIS_URL: redis.url };
    },
    async s3() {
      if (env.S3_ENDPOINT) {
        return given(env, ['S3_ENDPOINT', 'S3_REGION', 'S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY']);
      }
      const bucket = env.S3_BUCKET || 'eliza';
      const keys = { accessKeyId: secrets.s3AccessKeyId, secretAccessKey: secrets.s3SecretAccessKey };
      const s3 = await keep('s3', samePort(startS3, { directory: place('s3'), bucket, ...keys }));
      return s3Env(s3.endpoint, { bucket, ...keys });
    },
  };
}

/** A store that comes back after a crash has to be where its clients look for it. */
function samePort(start, options) {
  let port;
  return async () => {
    const store = await start({ ...options, port });
    port = store.port;
    return store;
  };
}

function given(env, names) {
  return Object.fromEntries(names.filter((name) => env[name]).map((name) => [name, env[name]]));
}
