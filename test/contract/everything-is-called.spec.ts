import { readFileSync } from 'node:fs';
import path from 'node:path';
import { LONG, SEED, startOpenAiServer, type OpenAiServer } from '@app/testing';
import { ElizaClient } from '@elizaos/api-client';
import { ApiDocument } from '../api/api-document.js';
import { Fleet } from './fleet.js';
import { ALL_ROUTES, routeOf } from './routes/catalogue.js';
import { UNCALLED } from './routes/uncalled.js';
import { METHODS } from './methods/methods.js';
import { SPOKEN, World } from './world.js';

/** Agents here have no plugins with routes and make no files, nobody may stop the server, no environment is trusted. */
const NEVER_FINE = [
  'GET /api/agents/:agentId/plugins/:path',
  'GET /media/generated/:agentId/:file',
  'POST /api/server/stop',
  'GET /api/tee/:path',
];

const SEEDS = SEED !== undefined ? [SEED] : LONG ? [1, 2, 3, 4, 5] : [1];

const covered = Object.entries(METHODS).flatMap(([service, methods]) =>
  Object.entries(methods).map(([name, method]) => ({ name: `${service}.${name}`, ...method })),
);

it('knows every method of every service of the client', () => {
  expect(covered.map(({ name }) => name).sort()).toEqual(published().sort());
});

it('calls no route that the catalogue does not know', () => {
  const called = covered.flatMap(({ route }) => route ?? []);
  expect(called.filter((route) => !ALL_ROUTES.includes(route))).toEqual([]);
});

describe.each(SEEDS)('with every call at a gateway that seed %i chooses', (seed) => {
  let fleet: Fleet;
  let speech: OpenAiServer;
  let world: World;

  beforeAll(async () => {
    speech = await startOpenAiServer({ transcript: SPOKEN });
    fleet = await Fleet.start(seed, { media: true, env: { OPENAI_AUDIO_BASE_URL: speech.url } });
    world = await World.make(fleet);
  }, 60_000);
  afterAll(async () => {
    await fleet?.close();
    await speech?.close();
  });

  const askedSince = (from: number): (string | undefined)[] =>
    fleet.asked.slice(from).map(({ method, path }) => routeOf(method, path));

  it.each(covered)('the client of ElizaOS calls $name', async ({ route, call }) => {
    const from = fleet.asked.length;
    await call(world);
    if (route) expect(askedSince(from)).toContain(route);
    fleet.cluster.assertAlive();
  });

  it.each(Object.entries(UNCALLED))('anybody calls %s', async (_, call) => {
    await call(world);
    fleet.cluster.assertAlive();
  });

  it('every route was called', () => {
    const asked = askedSince(0);
    expect(ALL_ROUTES.filter((route) => !asked.includes(route))).toEqual([]);
  });

  it('every answer was as the document of the API says', async () => {
    const api = await ApiDocument.of(fleet.cluster.url(1));
    const exchanges = (await Promise.all(fleet.exchanges)).filter((exchange) => exchange !== undefined);
    const known = exchanges.filter(({ method, path }) => api.find(method, path));
    expect([...new Set(known.flatMap((exchange) => api.faultsOf(exchange)))]).toEqual([]);

    const fine = exchanges.filter(({ status }) => status < 300).map(({ method, path }) => routeOf(method, path));
    expect(ALL_ROUTES.filter((route) => !fine.includes(route))).toEqual(NEVER_FINE);
  });

  it('nothing failed through a fault of ours', () => {
    const failed = fleet.asked.filter(({ status }) => status >= 500 && status !== 501);
    expect(failed).toEqual([]);
  });
});

/** What the package offers: the methods of its services but those that its types call private. */
function published(): string[] {
  const client = ElizaClient.create({ baseUrl: 'http://any.gateway.test' }) as unknown as Record<string, object>;
  return Object.entries(client).flatMap(([service, instance]) => {
    const hidden = privateMembersOf(service);
    return Object.getOwnPropertyNames(Object.getPrototypeOf(instance))
      .filter((name) => name !== 'constructor' && !hidden.includes(name))
      .map((name) => `${service}.${name}`);
  });
}

function privateMembersOf(service: string): string[] {
  const folder = 'node_modules/@elizaos/api-client/dist/api-client/src/services';
  const types = readFileSync(path.resolve(__dirname, '../..', folder, `${service}.d.ts`), 'utf8');
  return [...types.matchAll(/private (\w+);/g)].map(([, name]) => name!);
}
