import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { identityOf } from '../lib/process-identity.mjs';
import { startPostgres } from './postgres.mjs';
import { startRedis } from './redis.mjs';
import { keptSecrets } from './secrets.mjs';

const password = 'secret of a test';
const predecessor = fileURLToPath(new URL('./predecessor.mjs', import.meta.url));

describe('the stores of a data folder', () => {
  let directory;
  const running = [];

  const place = (name) => path.join(directory, name);
  const kept = async (starting) => {
    const store = await starting;
    running.push(store);
    return store;
  };

  beforeEach(() => {
    directory = mkdtempSync(path.join(process.env.TEST_SCRATCH_DIRECTORY ?? os.tmpdir(), 'stores-'));
    chmodSync(directory, 0o755);
  });

  afterEach(async () => {
    await Promise.all(running.splice(0).map((store) => store.kill()));
    rmSync(directory, { recursive: true, force: true });
  });

  it('keep secrets in a file that only its owner can read', () => {
    const secrets = keptSecrets(directory);
    expect(Buffer.from(secrets.encryptionKey, 'base64')).toHaveLength(32);
    const file = place('secrets.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    chmodSync(file, 0o644);
    expect(keptSecrets(directory)).toEqual(secrets);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('keep rows, keys and ports over a stop and over a crash', async () => {
    const postgres = await kept(startPostgres({ directory: place('postgres'), password }));
    const redis = await kept(startRedis({ directory: place('redis') }));
    await query(postgres, 'create table kept as select 42 as answer');
    await command(redis, 'SET answer 42');

    await Promise.all([postgres.stop(), redis.stop()]);
    const second = await kept(startPostgres({ directory: place('postgres'), password }));
    const secondRedis = await kept(startRedis({ directory: place('redis') }));
    expect([second.url(), secondRedis.url]).toEqual([postgres.url(), redis.url]);
    expect(await query(second, 'select answer from kept')).toEqual([{ answer: 42 }]);
    expect(await command(secondRedis, 'GET answer')).toBe('$2\r\n42');

    await second.kill();
    const third = await kept(startPostgres({ directory: place('postgres'), password, port: second.port }));
    expect(await query(third, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('ask for the password', async () => {
    const postgres = await kept(startPostgres({ directory: place('postgres'), password }));
    await expect(query({ url: () => postgres.url({ secret: 'guess' }) }, 'select 1')).rejects.toThrow(/password/);
    const redis = await kept(startRedis({ directory: place('redis'), password: 'closed' }));
    expect(await command(redis, 'GET answer')).toMatch(/^-NOAUTH/);
  });

  it('go to another port when theirs was taken in the meantime', async () => {
    const redis = await kept(startRedis({ directory: place('redis') }));
    await redis.stop();
    const stranger = net.createServer().listen(redis.port, '127.0.0.1');
    await once(stranger, 'listening');
    const moved = await kept(startRedis({ directory: place('redis') }));
    expect(moved.port).not.toBe(redis.port);
    await new Promise((resolve) => stranger.close(resolve));
  });

  const underRoot = process.getuid?.() === 0 ? it : it.skip;
  underRoot('live elsewhere when the folder is closed to the user that Postgres runs as', async () => {
    chmodSync(directory, 0o700);
    const postgres = await kept(startPostgres({ directory: place('postgres'), password }));
    expect(postgres.dataDirectory.startsWith(directory)).toBe(false);
    await query(postgres, 'create table kept as select 42 as answer');
    await postgres.stop();
    const next = await kept(startPostgres({ directory: place('postgres'), password }));
    expect(await query(next, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await next.stop();
    next.remove();
    expect(existsSync(postgres.dataDirectory)).toBe(false);
  });

  it('are taken over from a launcher that was killed', async () => {
    const killed = fork(predecessor, [directory, password], { execArgv: [] });
    const [left] = await once(killed, 'message');
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    expect(identityOf(left.postgres)).not.toBe('');
    expect(identityOf(left.redis)).not.toBe('');

    const postgres = await kept(startPostgres({ directory: place('postgres'), password }));
    await kept(startRedis({ directory: place('redis') }));
    expect(identityOf(left.postgres)).toBe('');
    expect(identityOf(left.redis)).toBe('');
    expect(await query(postgres, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('are taken over when only the note of Postgres itself tells of the old server', async () => {
    const old = await kept(startPostgres({ directory: place('postgres'), password }));
    rmSync(place('postgres/pid.json'));
    const next = await kept(startPostgres({ directory: place('postgres'), password }));
    expect(identityOf(old.pid)).toBe('');
    expect(await query(next, 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

async function query({ url }, text) {
  const client = new pg.Client({ connectionString: url() });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** One command in Redis' inline form, and its raw answer. */
async function command({ port }, text) {
  const socket = net.connect(port, '127.0.0.1');
  socket.end(`${text}\r\n`);
  const pieces = [];
  for await (const piece of socket) pieces.push(piece);
  return Buffer.concat(pieces).toString().trim();
}
