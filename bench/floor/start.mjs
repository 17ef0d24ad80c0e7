import path from 'node:path';
import pg from 'pg';
import { readFileSync } from 'node:fs';
import { startChild } from '../../tools/lib/child.mjs';
import { freePort } from '../../tools/stores/ports.mjs';
import { startStores } from '../lib/system.mjs';

/**
 * The floor: the least program that keeps the same durable promise, without Nest, tenants or checks, on stores of its
 * own with the same settings as ours.
 *
 * @param {{chunks: number, delayMs: number}} model what its model does: pieces of an answer, and how long all take
 * @returns {Promise<{addresses: string[], stop: () => Promise<void>}>}
 */
export async function startFloor({ chunks, delayMs }) {
  const stores = await startStores();
  const port = await freePort();
  const env = {
    PATH: process.env.PATH,
    DATABASE_URL: stores.adminUrl,
    REDIS_URL: stores.env.REDIS_URL,
    PORT: String(port),
    CHUNKS: String(chunks),
    DELAY_MS: String(delayMs),
  };
  const client = new pg.Client({ connectionString: stores.adminUrl });
  await client.connect();
  await client.query(readFileSync(path.join(import.meta.dirname, 'schema.sql'), 'utf8'));
  await client.end();
  const start = async (name) => {
    const args = [path.join(import.meta.dirname, `${name}.mjs`)];
    const onLine = (line) => line !== 'ready' && process.stderr.write(`floor ${name} | ${line}\n`);
    const child = startChild({ name: `floor ${name}`, command: process.execPath, args, env, onLine });
    await child.line(/^ready/);
    return child;
  };
  const children = await Promise.all(['gateway', 'worker'].map(start));
  return {
    addresses: [`http://127.0.0.1:${port}`],
    async stop() {
      await Promise.all(children.map((child) => child.kill()));
      await stores.close();
    },
  };
}
