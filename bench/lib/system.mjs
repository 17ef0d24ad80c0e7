import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runToEnd, startChild, stopChildren } from '../../tools/lib/child.mjs';
import { storesOf } from '../../tools/stores/index.mjs';
import { freePort } from '../../tools/stores/ports.mjs';
import { newSecrets } from '../../tools/stores/secrets.mjs';

const root = path.resolve(import.meta.dirname, '../..');

/**
 * Starts a system of its own, from what is built, over fresh stores with their durable settings.
 *
 * @param {{gateways: number, workers: number, env: Record<string, string>}} size
 * @returns {Promise<{gateways: string[], stop: () => Promise<void>}>} the gateways' addresses
 */
export async function startSystem({ gateways, workers, env }) {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'eliza-bench-'));
  // as root, Postgres runs as somebody else, who has to get there
  chmodSync(directory, 0o755);
  const ending = new AbortController();
  const secrets = newSecrets();
  const base = withoutStores(process.env);
  const stores = storesOf(directory, secrets, { env: base, signal: ending.signal });
  const found = await Promise.all([stores.postgres(), stores.redis()]);
  const all = {
    ...base,
    ...Object.assign({}, ...found),
    ENCRYPTION_KEY: secrets.encryptionKey,
    LOG_LEVEL: 'warn',
    ...env,
  };
  await runToEnd(node('migrate', 'dist/libs/persistence/src/migrate.js', all));
  const addresses = [];
  const starting = [];
  for (let index = 0; index < gateways; index += 1) {
    const port = await freePort();
    const own = { SERVER_PORT: String(port), SERVER_HOST: '127.0.0.1', RATE_LIMITS: 'off' };
    startChild(node(`gateway-${index + 1}`, 'dist/apps/gateway/src/main.js', { ...all, ...own }));
    addresses.push(`http://127.0.0.1:${port}`);
    starting.push(`http://127.0.0.1:${port}`);
  }
  for (let index = 0; index < workers; index += 1) {
    const port = await freePort();
    startChild(
      node(`worker-${index + 1}`, 'dist/apps/agent-worker/src/main.js', { ...all, WORKER_PORT: String(port) }),
    );
    starting.push(`http://127.0.0.1:${port}`);
  }
  const stop = async () => {
    ending.abort();
    await stopChildren({ patience: 5000, patienceForAll: 9000 });
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await Promise.all(starting.map(answers));
  } catch (error) {
    await stop();
    throw error;
  }
  return { gateways: addresses, stop };
}

function node(name, program, env) {
  const onLine = (line) => process.stderr.write(`${name} | ${line}\n`);
  return { name, command: process.execPath, args: [path.join(root, program)], cwd: root, env, onLine };
}

/** A benchmark measures its own stores, never those somebody works with. */
function withoutStores(env) {
  const { DATABASE_URL, DATABASE_OWNER_URL, REDIS_URL, S3_ENDPOINT, ...rest } = env;
  void [DATABASE_URL, DATABASE_OWNER_URL, REDIS_URL, S3_ENDPOINT];
  return rest;
}

async function answers(address) {
  for (let tries = 0; tries < 150; tries += 1) {
    try {
      await fetch(`${address}/healthz`);
      return;
    } catch {
      // not yet
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${address} did not answer within 30 seconds`);
}
