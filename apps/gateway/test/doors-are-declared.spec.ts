import { doorsOf, expressRoutes } from '@app/testing';
import { TestGateway } from './support.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await TestGateway.start();
});
afterAll(() => gateway.close());

it('declares of every route and socket event who it is for', () => {
  const doors = doorsOf(gateway.application);
  expect(doors.length).toBeGreaterThan(80);
  expect(doors.filter(({ rights }) => rights === undefined).map(({ name }) => name)).toEqual([]);
});

it('asks for nothing only where a caller cannot have proven anything yet', () => {
  const open = doorsOf(gateway.application).filter(({ rights }) => rights === 'public');
  expect(open.map(({ name }) => name)).toEqual([
    'GET /api/system/config',
    'GET /api/system/version',
    'GET /health',
    'GET /healthz',
  ]);
});

it('serves nothing beside routes that are declared but the document of the API, which is for everybody', () => {
  const declared = new Set(doorsOf(gateway.application).map(({ name }) => name));
  const isDeclared = (route: string): boolean => declared.has(route) || declared.has(route.replace(/^\S+/, 'ALL'));
  const others = expressRoutes(gateway.application).filter((route) => !isDeclared(route));
  expect(others.filter((route) => !/^GET \/api\/(docs(\/|$)|openapi\.json$)/.test(route))).toEqual([]);
});
