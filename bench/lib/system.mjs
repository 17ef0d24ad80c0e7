import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { runToEnd } from '../../tools/lib/child.mjs';
import { inRepository } from '../../tools/lib/places.mjs';
import { startPostgres } from '../../tools/stores/postgres.mjs';
import { freePort } from '../../tools/stores/ports.mjs';
import { databaseEnv, provision } from '../../tools/stores/provision.mjs';
import { startRedis } from '../../tools/stores/redis.mjs';
import { s3Env, startS3 } from '../../tools/stores/s3.mjs';
import { newSecrets } from '../../tools/stores/secrets.mjs';
import { Service } from './service.mjs';
import { usageOf } from './usage.mjs';

/** A store that can be stopped, killed and started again where its clients look for it. */
class Store {
  /** @param {(options: {port?: number}) => Promise<{port: number, pid: number, stop(): Promise<void>, kill(): Promise<void>}>} begin */
  constructor(name, begin) {
    this.name = name;
    this.begin = begin;
  }

  async start() {
    this.server = await this.begin({ port: this.server?.port });
    return this;
  }

  stop() {
    return this.server.stop();
  }

  kill() {
    return this.server.kill();
  }
}

/** Fresh stores in a folder of their own, with the durable settings they have in production. */
export async function startStores({ s3 = false, settings = {} } = {}) {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'eliza-bench-'));
  // as root, Postgres runs as somebody else, who has to get there
  chmodSync(directory, 0o755);
  const secrets = newSecrets();
  const place = (name) => path.join(directory, name);
  const keys = { accessKeyId: secrets.s3AccessKeyId, secretAccessKey: secrets.s3SecretAccessKey };
  const postgres = new Store('postgres', (more) =>
    startPostgres({ directory: place('postgres'), password: secrets.databaseAdminPassword, settings, ...more }),
  );
  const redis = new Store('redis', (more) => startRedis({ directory: place('redis'), ...more }));
  const objects = new Store('s3', (more) => startS3({ directory: place('s3'), bucket: 'eliza', ...keys, ...more }));
  const all = [postgres, redis, ...(s3 ? [objects] : [])];
  await Promise.all(all.map((one) => one.start()));
  await provision(postgres.server, secrets);
  const env = {
    ...databaseEnv(postgres.server, secrets),
    REDIS_URL: redis.server.url,
    ENCRYPTION_KEY: secrets.encryptionKey,
    ...(s3 ? s3Env(objects.server.endpoint, { bucket: 'eliza', ...keys }) : {}),
  };
  return {
    postgres,
    redis,
    ...(s3 ? { s3: objects } : {}),
    env,
    /** The superuser's way into the database. */
    adminUrl: postgres.server.url({ database: 'eliza' }),
    pids: () => Object.fromEntries(all.map(({ name, server }) => [name, server.pid])),
    async close() {
      await Promise.all(all.map((one) => one.kill()));
      postgres.server.remove();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/**
 * A system of its own from what is built, over fresh stores.
 *
 * @param {object} size
 * @param {number} [size.gateways]
 * @param {number} [size.workers]
 * @param {boolean} [size.media] with a media-service and S3
 * @param {Record<string, string>} [size.env] of all processes
 * @param {Record<string, Record<string, string>>} [size.envOf] of one process, such as `worker-1`
 * @param {string} [size.dist] what is built, when not here
 * @param {boolean} [size.quiet] whether logs are kept and not shown
 */
export async function startSystem({ gateways = 1, workers = 1, media = false, quiet, ...more } = {}) {
  const { env = {}, envOf = {}, dist = inRepository('dist'), settings } = more;
  const stores = await startStores({ s3: media, settings });
  const operatorKey = randomBytes(16).toString('hex');
  const mediaPort = await freePort();
  const all = {
    ...withoutStores(process.env),
    ...stores.env,
    OPERATOR_KEY: operatorKey,
    MODEL_PROVIDER: 'scripted',
    LOG_LEVEL: 'warn',
    RATE_LIMITS: 'off',
    SERVER_HOST: '127.0.0.1',
    ...(media ? { MEDIA_URL: `http://127.0.0.1:${mediaPort}`, TRUST_PROXY: 'loopback' } : {}),
    ...env,
  };
  const migrate = path.join(dist, 'libs/persistence/src/migrate.js');
  await runToEnd({ name: 'migrate', command: process.execPath, args: [migrate], cwd: path.dirname(dist), env: all });
  const make = async (kind, index) => {
    const name = `${kind}-${index + 1}`;
    const port = kind === 'media' ? mediaPort : await freePort();
    const { program, variable } = KINDS[kind];
    const own = { [variable]: String(port), INSTANCE_NAME: name, ...envOf[name] };
    return new Service({ name, program, port, dist, quiet, env: { ...all, ...own } });
  };
  const many = (kind, count) => Promise.all(Array.from({ length: count }, (_, index) => make(kind, index)));
  const fleet = {
    gateways: await many('gateway', gateways),
    workers: await many('worker', workers),
    media: await many('media', media ? 1 : 0),
  };
  for (const one of fleet.media) one.options.env.GATEWAY_URL = fleet.gateways[0].url;
  const processes = [...fleet.gateways, ...fleet.workers, ...fleet.media];
  const stop = async () => {
    await Promise.all(processes.map((one) => one.kill()));
    await stores.close();
  };
  try {
    await Promise.all(processes.map((one) => one.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  const pids = () => ({ ...Object.fromEntries(processes.map(({ name, pid }) => [name, pid])), ...stores.pids() });
  return {
    ...fleet,
    processes,
    stores,
    operatorKey,
    addresses: fleet.gateways.map(({ url }) => url),
    usage: () => usageOf(pids()),
    stop,
  };
}

const KINDS = {
  gateway: { program: 'apps/gateway/src/main.js', variable: 'SERVER_PORT' },
  worker: { program: 'apps/agent-worker/src/main.js', variable: 'WORKER_PORT' },
  media: { program: 'apps/media-service/src/main.js', variable: 'MEDIA_PORT' },
};

/** A benchmark measures its own stores, never those somebody works with. */
function withoutStores(env) {
  const named = new Set(['DATABASE_URL', 'DATABASE_OWNER_URL', 'REDIS_URL', 'S3_ENDPOINT', 'NODE_OPTIONS']);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !named.has(name)));
}
