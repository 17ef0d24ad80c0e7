import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { inRepository } from '../lib/places.mjs';
import { freePort } from '../stores/ports.mjs';
import { startTestStores } from '../stores/test-stores.mjs';

// Runs the images that try.sh has built as a small cluster on stores of its own: migrates, chats, looks at probes, stops.
// The arguments are podman's, of where the images are.

const STORE = process.argv.slice(2);
const PATIENCE_MS = 120_000;
/** runc allows itself no more than the machine has. */
const RUN = ['--runtime', 'runc', '--network', 'host', '--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024'];
/** As the manifests run them. */
const LOCKED = ['--read-only', '--tmpfs', '/tmp', '--cap-drop', 'all', '--security-opt', 'no-new-privileges'];

const names = [];
const stores = await startTestStores(mkdtempSync(path.join(os.tmpdir(), 'images-')));
try {
  await run(stores.env);
} finally {
  for (const name of names) podman('rm', '--force', '--time', '0', name);
  await stores.stop();
}

async function run(test) {
  const env = {
    DATABASE_URL: test.TEST_DATABASE_APP_URL,
    DATABASE_OWNER_URL: test.TEST_DATABASE_OWNER_URL,
    REDIS_URL: test.TEST_REDIS_URL,
    ENCRYPTION_KEY: test.TEST_ENCRYPTION_KEY,
    OPEN_ACCESS: 'loopback',
    S3_ENDPOINT: test.TEST_S3_ENDPOINT,
    S3_ACCESS_KEY_ID: test.TEST_S3_ACCESS_KEY_ID,
    S3_SECRET_ACCESS_KEY: test.TEST_S3_SECRET_ACCESS_KEY,
    S3_BUCKET: 'images',
  };
  const migrated = start('migrate', 'admin', env, ['--rm']);
  say('migrated', JSON.parse(migrated.trim().split('\n').at(-1)).msg);

  const [gatewayPort, workerPort, mediaPort] = [await freePort(), await freePort(), await freePort()];
  const processes = {
    'agent-worker': { WORKER_PORT: workerPort },
    'media-service': { MEDIA_PORT: mediaPort, MEDIA_HOST: '127.0.0.1' },
    gateway: { SERVER_PORT: gatewayPort, SERVER_HOST: '127.0.0.1', MEDIA_URL: `http://127.0.0.1:${mediaPort}` },
  };
  for (const [image, own] of Object.entries(processes)) {
    const internal = await freePort();
    const began = performance.now();
    start(`tried-${image}`, image, { ...env, ...own, INTERNAL_PORT: internal, INTERNAL_HOST: '127.0.0.1' }, [
      '--detach',
    ]);
    await ready(internal);
    const took = Math.round(performance.now() - began);
    const [uid, memory] = [inside(image, 'Uid'), inside(image, 'VmRSS')];
    say(
      image,
      `ready after ${took} ms, uid ${uid}, ${Math.round(Number(memory) / 1024)} MB, writes to its root: ${writes(image)}`,
    );
  }

  const chat = spawnSync(process.execPath, [inRepository('tools/chat.mjs'), 'I am unhappy'], {
    env: { ...process.env, ELIZA_URL: `http://127.0.0.1:${gatewayPort}` },
    encoding: 'utf8',
    timeout: PATIENCE_MS,
  });
  if (chat.status !== 0) throw new Error(`The chat failed: ${chat.stdout}${chat.stderr}`);
  say('chat', chat.stdout.trim());

  for (const image of Object.keys(processes)) {
    podman('stop', '--time', '30', `tried-${image}`);
    const code = podman('inspect', '--format', '{{.State.ExitCode}}', `tried-${image}`).trim();
    say(image, `stopped with code ${code}`);
    if (code !== '0') throw new Error(`${image} did not stop as it should`);
  }
}

function start(name, image, env, more) {
  if (more.includes('--detach')) names.push(name);
  const variables = Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
  return podman(
    'run',
    ...more,
    '--name',
    name,
    ...RUN,
    ...LOCKED,
    ...variables,
    `localhost/eliza-fleet/${image}:tried`,
  );
}

async function ready(port) {
  for (const end = performance.now() + PATIENCE_MS; ; await delay(50)) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    if (performance.now() > end) throw new Error(`Nothing is ready on port ${port}:\n${podman('logs', names.at(-1))}`);
  }
}

/** A line of what the kernel says of the container's first process. */
function inside(image, field) {
  const status = podman('exec', `tried-${image}`, 'cat', '/proc/1/status');
  return new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1];
}

function writes(image) {
  const script =
    "try { require('fs').writeFileSync('/app/x', ''); console.log('yes') } catch (e) { console.log(e.code) }";
  return podman('exec', `tried-${image}`, 'node', '-e', script).trim();
}

function podman(...words) {
  const { status, stdout, stderr } = spawnSync('podman', [...STORE, ...words], { encoding: 'utf8' });
  if (status !== 0 && words[0] !== 'rm') throw new Error(`podman ${words[0]} failed: ${stderr}${stdout}`);
  return words[0] === 'logs' ? stdout + stderr : stdout;
}

function say(who, what) {
  process.stdout.write(`${who.padEnd(14)} ${what}\n`);
}
