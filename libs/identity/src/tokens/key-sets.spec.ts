import { Logger } from '@nestjs/common';
import { exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { KeySets } from './key-sets.js';

const URL_OF_KEYS = 'https://issuer.example/keys';
const MINUTE_MS = 60_000;

beforeAll(() => Logger.overrideLogger(false));

let now: number;
let fetches: number;
let away: boolean;
let body: string;
let token: string;
let sets: KeySets;

beforeEach(async () => {
  now = Date.now();
  jest.spyOn(Date, 'now').mockImplementation(() => now);
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  body = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }] });
  token = await new SignJWT({ sub: 'u1' }).setProtectedHeader({ alg: 'ES256', kid: 'one' }).sign(privateKey);
  [fetches, away] = [0, false];
  sets = new KeySets(async () => {
    fetches++;
    if (away) throw new Error('connect ECONNREFUSED');
    return new Response(body);
  });
});
afterEach(() => jest.restoreAllMocks());

const check = async (): Promise<string> => {
  const { payload } = await jwtVerify(token, sets.at(URL_OF_KEYS));
  return payload.sub!;
};

it('fetches keys once for many tokens, and again when they are five minutes old', async () => {
  await Promise.all([check(), check(), check()]);
  now += 4 * MINUTE_MS;
  await check();
  expect(fetches).toBe(1);
  now += 2 * MINUTE_MS;
  await check();
  expect(fetches).toBe(2);
});

it('answers from stale keys for an hour while the issuer is away, and not for longer', async () => {
  await check();
  away = true;
  for (let minutes = 0; minutes < 59; minutes += 6) {
    now += 6 * MINUTE_MS;
    if (minutes < 54) expect(await check()).toBe('u1');
  }
  now += 10 * MINUTE_MS;
  await expect(check()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  away = false;
  now += MINUTE_MS;
  expect(await check()).toBe('u1');
});

it('asks an issuer that is away once in ten seconds, however many tokens come', async () => {
  away = true;
  for (let tries = 0; tries < 20; tries++) await expect(check()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(fetches).toBe(1);
  now += 11_000;
  await expect(check()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(fetches).toBe(2);
});

it.each(['{', '[]', '{"keys":7}', 'null'])('keeps its last keys when it is answered %s', async (answer) => {
  await check();
  body = answer;
  now += 6 * MINUTE_MS;
  expect(await check()).toBe('u1');
});
