import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { inRepository } from '../lib/places.mjs';

const { forbidden } = createRequire(inRepository('package.json'))('./.dependency-cruiser.cjs');

/** For each rule files that break it, with what they import. */
const PLANTED = {
  'apps-never-import-apps': { 'apps/gateway/src/nosy.ts': '../../agent-worker/src/env.js' },
  'libs-never-import-apps': { 'libs/platform/src/upwards.ts': '../../../apps/gateway/src/env.js' },
  'contracts-is-a-leaf': {
    'libs/contracts/src/heavy.ts': '@nestjs/common',
    'libs/contracts/src/plumbed.ts': '@app/platform',
  },
  'platform-imports-only-contracts': {
    'libs/platform/src/storing.ts': '@app/persistence',
    'libs/platform/src/queueing.ts': 'type @app/transport',
  },
  'stores-stand-side-by-side': {
    'libs/persistence/src/announcing.ts': '@app/transport',
    'libs/transport/src/storing.ts': 'type @app/persistence',
    'libs/storage/src/recording.ts': '@app/persistence',
  },
  'libs-are-entered-by-their-index': {
    'apps/gateway/src/prying.ts': '../../../libs/platform/src/env.js',
    'test/prying.spec.ts': '../libs/platform/src/env.js',
  },
  'libs-enter-each-other-by-their-index': { 'libs/transport/src/prying.ts': '../../platform/src/env.js' },
  'only-tests-import-testing': {
    'apps/gateway/src/scripted.ts': '@app/testing',
    'bench/scripted.mjs': '../libs/testing/src/index.js',
  },
  'product-never-imports-tests': {
    'apps/gateway/src/tested.ts': '../test/support.js',
    'libs/platform/src/tested.ts': './env.spec.js',
  },
  'product-never-imports-tools': { 'apps/gateway/src/tooled.ts': '../../../tools/s3/main.mjs' },
  'product-needs-no-development-packages': { 'libs/platform/src/guessing.ts': 'fast-check' },
  'typeorm-only-in-persistence': {
    'apps/gateway/src/sql.ts': 'typeorm',
    'libs/testing/src/sql.ts': 'type typeorm',
  },
  'pg-only-in-persistence': {
    'apps/agent-worker/src/sql.ts': 'pg',
    'tools/chat/sql.mjs': 'pg',
    'bench/load/sql.mjs': 'pg',
  },
  'redis-only-in-transport': {
    'apps/agent-worker/src/turns/queue.ts': 'bullmq',
    'libs/platform/src/cache.ts': 'ioredis',
    'bench/load/cache.mjs': 'ioredis',
    'apps/gateway/src/realtime/adapter.ts': '@socket.io/redis-adapter',
  },
  'sockets-only-at-the-edge': {
    'apps/gateway/src/agents/socket.ts': 'type socket.io',
    'apps/agent-worker/src/socket.ts': '@nestjs/websockets',
    'bench/load/socket.mjs': 'socket.io',
  },
  's3-only-in-storage': {
    'apps/media-service/src/uploads/s3.ts': '@aws-sdk/client-s3',
    'apps/admin/src/s3.ts': 'type @aws-sdk/client-s3',
  },
  'ai-sdk-only-in-models': {
    'apps/agent-worker/src/turns/sdk.ts': 'ai',
    'apps/agent-worker/src/tools/sdk.ts': 'dynamic @ai-sdk/openai-compatible',
    'apps/media-service/src/audio/sdk.ts': 'ai',
  },
  'prom-client-only-in-metrics': { 'libs/transport/src/redis/counting.ts': 'prom-client' },
  'engines-reach-no-store': {
    'apps/agent-worker/src/engines/storing.ts': 'type @app/persistence',
    'apps/agent-worker/src/engines/queueing.ts': '@app/transport',
    'apps/agent-worker/src/engines/calling.ts': 'node:net',
    'apps/agent-worker/src/engines/selecting.ts': 'pg',
  },
  'the-socket-edge-is-nobodys-import': { 'apps/gateway/src/agents/emit.ts': '../realtime/rooms.js' },
  'no-cycles': { 'libs/platform/src/hen.ts': './egg.js', 'libs/platform/src/egg.ts': './hen.js' },
  'no-orphans': { 'libs/platform/src/forgotten.ts': undefined },
  'everything-is-found': { 'apps/gateway/src/lost.ts': './nowhere.js' },
};

/** Neighbours of the above that break nothing. */
const ALLOWED = {
  'apps/admin/src/files.ts': '@app/storage',
  'apps/gateway/src/main.ts': '@app/contracts',
  'apps/gateway/src/agents/announce.ts': '../realtime/announcer.js',
  'apps/gateway/src/realtime/server.ts': 'socket.io',
  'apps/gateway/src/agents/agents.spec.ts': '@app/testing',
  'apps/gateway/test/agents.spec.ts': '@app/testing',
  'apps/agent-worker/src/engines/native.ts': 'type @app/contracts',
  'apps/agent-worker/src/models/provider.ts': 'dynamic ai',
  'apps/media-service/src/speech/provider.ts': 'dynamic ai',
  'bench/chaos/flush.mjs': 'ioredis',
  'bench/lib/postgres.mjs': 'pg',
  'bench/floor/socket.mjs': 'socket.io',
  'libs/contracts/src/dto.ts': 'class-validator',
  'libs/contracts/src/id.ts': 'node:crypto',
  'libs/persistence/src/connection.ts': 'typeorm',
  'libs/persistence/test/fence.spec.ts': '../src/connection.js',
  'libs/platform/src/answer.ts': '@app/contracts',
  'libs/platform/src/ping.ts': './pong.js',
  'libs/platform/src/pong.ts': 'type ./ping.js',
  'libs/storage/src/s3.ts': '@aws-sdk/client-s3',
  'libs/testing/src/database.ts': 'pg',
  'libs/transport/src/queue.ts': 'bullmq',
  'libs/transport/src/log.ts': '@app/platform',
  'test/cluster.spec.ts': '@app/testing',
  'test/forgetting.spec.ts': 'ioredis',
  'tools/stores/postgres.mjs': 'pg',
};

const LIBS = ['contracts', 'persistence', 'platform', 'storage', 'testing', 'transport'];

/** What is imported above. */
const OTHERS = [
  ...LIBS.map((lib) => `libs/${lib}/src/index.ts`),
  'apps/gateway/src/env.ts',
  'apps/gateway/src/realtime/announcer.ts',
  'apps/gateway/src/realtime/rooms.ts',
  'apps/gateway/test/support.ts',
  'apps/agent-worker/src/env.ts',
  'libs/platform/src/env.ts',
  'libs/platform/src/env.spec.ts',
  'tools/s3/main.mjs',
];

let house;
let caught;

beforeAll(async () => {
  house = await mkdtemp(path.join(os.tmpdir(), 'eliza-boundaries-'));
  const sources = Object.assign({}, ALLOWED, ...Object.values(PLANTED));
  for (const file of OTHERS) await put(file, 'export {};\n');
  for (const [file, imported] of Object.entries(sources)) await put(file, `${statement(imported)}\nexport {};\n`);
  const names = new Set(Object.values(sources).map((imported) => packageOf(imported)));
  for (const name of names) if (name) await putPackage(name);
  for (const file of ['package.json', 'tsconfig.json']) await cp(inRepository(file), path.join(house, file));
  caught = await violations();
});

afterAll(() => rm(house, { recursive: true, force: true }));

test('every rule has a planted violation', () => {
  expect(forbidden.map(({ name }) => name).sort()).toEqual(Object.keys(PLANTED).sort());
});

test.each(Object.entries(PLANTED).flatMap(([rule, files]) => Object.keys(files).map((file) => [rule, file])))(
  '%s catches %s',
  (rule, file) => {
    expect(caught).toContainEqual(expect.objectContaining({ rule, from: file }));
  },
);

test('what is allowed is not caught', () => {
  expect(caught.filter(({ from }) => Object.hasOwn(ALLOWED, from) || OTHERS.includes(from))).toEqual([]);
});

async function violations() {
  const command = [
    inRepository('node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
    ...['apps', 'libs', 'test', 'tools', 'bench'],
    ...['--config', inRepository('.dependency-cruiser.cjs'), '--output-type', 'json'],
  ];
  const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: house, maxBuffer: 1e8 });
  const { summary } = JSON.parse(stdout);
  // A cycle is told of once, with all files that are in it.
  return summary.violations.flatMap(({ rule, from, to, cycle = [] }) =>
    [...new Set([from, ...cycle.map(({ name }) => name)])].map((file) => ({ rule: rule.name, from: file, to })),
  );
}

/** `type` and `dynamic` before a name say how it is imported. */
function statement(imported = '') {
  const [name, how] = imported.split(' ').reverse();
  if (name === '') return '';
  if (how === 'type') return `import type * as it from '${name}';\nexport type It = typeof it;`;
  if (how === 'dynamic') return `export const it = import('${name}');`;
  return `import * as it from '${name}';\nexport const held = it;`;
}

function packageOf(imported = '') {
  const name = imported.split(' ').at(-1);
  return /^(\.|node:|@app\/)/.test(name) ? undefined : name;
}

function putPackage(name) {
  const folder = `node_modules/${name}`;
  const manifest = { name, version: '1.0.0', main: 'dist/index.js', types: 'dist/index.d.ts' };
  return Promise.all([
    put(`${folder}/package.json`, JSON.stringify(manifest)),
    put(`${folder}/dist/index.js`, 'module.exports = {};\n'),
    put(`${folder}/dist/index.d.ts`, 'export {};\n'),
  ]);
}

async function put(file, text) {
  const place = path.join(house, file);
  await mkdir(path.dirname(place), { recursive: true });
  await writeFile(place, text);
}
