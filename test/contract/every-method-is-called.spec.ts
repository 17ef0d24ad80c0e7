import { readFileSync } from 'node:fs';
import path from 'node:path';
import { LONG, SEED } from '@app/testing';
import { ElizaClient } from '@elizaos/api-client';
import { Fleet } from './fleet.js';
import { METHODS, WAITING_FOR_THE_MEDIA_SERVICE } from './methods/methods.js';
import { World } from './world.js';

const SEEDS = SEED !== undefined ? [SEED] : LONG ? [1, 2, 3, 4, 5] : [1];

const covered = Object.entries(METHODS).flatMap(([service, methods]) =>
  Object.entries(methods).map(([name, method]) => ({ name: `${service}.${name}`, ...method })),
);

it('knows every method of every service of the client', () => {
  expect([...covered.map(({ name }) => name), ...WAITING_FOR_THE_MEDIA_SERVICE].sort()).toEqual(published().sort());
});

describe.each(SEEDS)('the client of ElizaOS, each call at a gateway that seed %i chooses,', (seed) => {
  let fleet: Fleet;
  let world: World;

  beforeAll(async () => {
    fleet = await Fleet.start(seed);
    world = await World.make(fleet);
  }, 60_000);
  afterAll(() => fleet?.close());

  it.each(covered)('calls $name', async ({ call }) => {
    await call(world);
    fleet.cluster.assertAlive();
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
