import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startChild } from '../lib/child.mjs';
import { endRecorded } from '../lib/process-records.mjs';
import { keptPort } from './ports.mjs';
import { redisBinary } from './redis-binary.mjs';

const ATTEMPTS = 4;

/**
 * Starts a Redis of our own on 127.0.0.1, on data that is kept. Whatever still runs on that data from
 * a launcher that was killed is stopped first.
 *
 * @param {object} options
 * @param {string} options.directory keeps data, port, settings and record
 * @param {string} [options.password] none: everybody on this machine may come in
 * @param {number} [options.port] this one and no other
 */
export async function startRedis({ directory, password, port: wanted }) {
  const { command, env } = await redisBinary(path.join(directory, 'binary'));
  const data = path.join(directory, 'data');
  const record = path.join(directory, 'pid.json');
  mkdirSync(data, { recursive: true, mode: 0o700 });
  await endRecorded(record);

  for (let attempt = 1; ; attempt += 1) {
    const port = wanted ?? (await keptPort(directory));
    const child = startChild({
      name: 'redis',
      command,
      args: [writeSettings(directory, { port, data, password })],
      env,
      record,
      isStore: true,
    });
    try {
      await child.line(/Ready to accept connections/i, 60_000);
      return {
        url: redisUrl({ port, password }),
        port,
        pid: child.pid,
        exited: child.exited,
        stop: child.stop,
        kill: child.kill,
      };
    } catch (error) {
      await child.kill();
      if (attempt === ATTEMPTS) throw error;
      await delay(attempt * 200);
    }
  }
}

/** A file, not arguments: everybody can read the arguments of a process. */
function writeSettings(directory, { port, data, password }) {
  const file = path.join(directory, 'redis.conf');
  const lines = [
    'bind 127.0.0.1',
    `port ${port}`,
    `dir ${JSON.stringify(data)}`,
    'appendonly yes',
    'appendfsync everysec',
    'save ""',
    'maxmemory-policy noeviction',
    ...(password ? [`requirepass ${password}`] : []),
  ];
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  return file;
}

/** The address of a Redis on this machine. */
export function redisUrl({ port, password }) {
  return `redis://${password ? `:${encodeURIComponent(password)}@` : ''}127.0.0.1:${port}`;
}
