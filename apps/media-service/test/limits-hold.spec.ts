import { request } from 'node:http';
import { newId, type PlanLimits, type Uuid } from '@app/contracts';
import { COUNTS_AS_METADATA } from '@app/identity';
import { aKey, aTenant, doorsOf } from '@app/testing';
import { DOT, TestMedia } from './test-media.js';

let media: TestMedia;
beforeAll(async () => {
  media = await TestMedia.start({ RATE_LIMITS: 'on' });
});
afterAll(() => media.close());

/** A tenant with such a plan, and the headers of its key. */
async function held(limits: PlanLimits): Promise<{ tenant: Uuid; headers: Record<string, string> }> {
  const tenant = await aTenant(media.db.database);
  const plan = `p-${tenant.slice(-12)}`;
  await media.db.asSuperuser('insert into plans (name, limits) values ($1, $2)', [plan, JSON.stringify(limits)]);
  await media.db.asSuperuser('update tenants set plan = $2 where id = $1', [tenant, plan]);
  return { tenant, headers: { 'x-api-key': (await aKey(media.db.database, tenant)).key } };
}

const two = { tenant: { limit: 2, seconds: 600 } };
const toAgent = `/api/media/agents/${newId()}/upload-media`;

test('uploads are counted, told how they stand, and the one too many is refused with the time to wait', async () => {
  const { headers } = await held({ uploads: two });
  for (const left of ['1', '0']) {
    const reply = await media.upload(toAgent, { bytes: DOT }, headers);
    expect([reply.status, reply.headers.get('ratelimit-remaining')]).toEqual([200, left]);
    expect(reply.headers.get('ratelimit-policy')).toBe('2;w=600');
  }
  const refused = await media.upload(toAgent, { bytes: DOT }, headers);
  expect(refused.status).toBe(429);
  expect(refused.body.error).toMatchObject({ code: 'UPLOAD_RATE_LIMIT_EXCEEDED', details: { limit: 2 } });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(100);
  expect(refused.body.error.details.retryAfter).toBe(Number(refused.headers.get('retry-after')));
});

test('sound that comes or is made counts as an upload, and what is only read does not', async () => {
  const { headers } = await held({ uploads: two });
  for (let i = 0; i < 3; i++) await media.json('GET', '/api/media/derived?path=/x', undefined, headers);
  const path = `/api/audio/${newId()}/speech/generate`;
  const codes: unknown[] = [];
  for (let i = 0; i < 3; i++) codes.push((await media.json('POST', path, { text: 'x' }, headers)).body.error.code);
  expect(codes).toEqual(['NOT_FOUND', 'NOT_FOUND', 'UPLOAD_RATE_LIMIT_EXCEEDED']);
});

test('requests count too, together with those to gateways', async () => {
  const { headers } = await held({ requests: two });
  const statuses: number[] = [];
  for (let i = 0; i < 3; i++) statuses.push((await media.upload(toAgent, { bytes: DOT }, headers)).status);
  expect(statuses).toEqual([200, 200, 429]);
  expect((await media.upload(toAgent, { bytes: DOT }, headers)).body.error.code).toBe('RATE_LIMIT_EXCEEDED');
});

test('who is refused is told so before the file is there, and is not listened to for long', async () => {
  const { headers } = await held({ uploads: { tenant: { limit: 1, seconds: 600 } } });
  await media.upload(toAgent, { bytes: DOT }, headers);
  const began = performance.now();
  const type = { 'content-type': 'multipart/form-data; boundary=x', 'content-length': '40000000' };
  const asked = request(media.url + toAgent, { method: 'POST', headers: { ...headers, ...type } });
  const status = new Promise((resolve, reject) => {
    asked.once('response', (response) => resolve([response.statusCode, response.headers.connection]));
    asked.once('error', reject);
  });
  const closed = new Promise((resolve) => asked.once('close', resolve));
  asked.write('--x\r\n');
  expect(await status).toEqual([429, 'close']);
  expect(performance.now() - began).toBeLessThan(2_000);
  asked.on('error', () => undefined);
  await closed;
  expect(performance.now() - began).toBeLessThan(10_000);
});

test('every route that takes or makes files or sound counts as uploads', () => {
  const uncounted = doorsOf(media.app)
    .filter(({ name }) => !name.startsWith('GET'))
    // What goes on with an upload was counted when that began.
    .filter(({ name }) => !name.includes('/api/media/uploads/:id'))
    // What agents make, which workers bring: no request of a caller.
    .filter(({ name }) => name !== 'POST /internal/generated')
    .filter(({ metadata }) => metadata(COUNTS_AS_METADATA) !== 'uploads');
  expect(uncounted.map(({ name }) => name)).toEqual([]);
});
