import { agentSecretOwner, SecretBox } from '@app/platform';
import { DEFAULT_TENANT_ID, elizaId, MASKED_SECRET } from '@app/contracts';
import { setting } from '@app/testing';
import { TestGateway } from './support.js';

const CANARY = 'canary-8d1f';
const ID = elizaId('Keeper');
const PATH = `/api/agents/${ID}`;

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start();
});
afterAll(() => gateway.close());

/** What is stored, opened. */
async function stored(): Promise<Record<string, string>> {
  const box = new SecretBox(setting('TEST_ENCRYPTION_KEY'));
  const rows = await gateway.db.asSuperuser<{ name: string; key_id: string; ciphertext: Buffer }>(
    'select name, key_id, ciphertext from agent_secrets where agent_id = $1 order by name',
    [ID],
  );
  const open = ({ name, key_id: keyId, ciphertext }: (typeof rows)[number]): [string, string] => [
    name,
    box.open({ keyId, ciphertext }, agentSecretOwner(DEFAULT_TENANT_ID, ID, name)),
  ];
  return Object.fromEntries(rows.map(open));
}

async function patch(change: object): Promise<unknown> {
  const reply = await gateway.call('PATCH', PATH, change);
  expect(reply.status).toBe(200);
  return reply.body.data.settings;
}

it('takes secrets from both places, keeps them sealed and shows their names', async () => {
  const { body } = await gateway.call('POST', '/api/agents', {
    agent: {
      name: 'Keeper',
      secrets: { OUTER: `${CANARY}-outer`, NUMBER: 7 },
      settings: { model: 'm', secrets: { INNER: `${CANARY}-inner` } },
    },
  });
  const masked = { OUTER: MASKED_SECRET, NUMBER: MASKED_SECRET, INNER: MASKED_SECRET };
  expect(body.data.character.settings).toEqual({ model: 'm', secrets: masked });
  expect(body.data.character).not.toHaveProperty('secrets');
  expect(await stored()).toEqual({ INNER: `${CANARY}-inner`, NUMBER: '7', OUTER: `${CANARY}-outer` });
  const [row] = await gateway.db.asSuperuser<{ character: unknown }>('select character from agents where id = $1', [
    ID,
  ]);
  expect(JSON.stringify(row)).not.toMatch(/canary|secrets/);
});

it('leaves a masked secret as it is, and puts a new value in the place of an old one', async () => {
  const { settings } = (await gateway.call('GET', PATH)).body.data;
  await patch({ settings });
  expect(await stored()).toMatchObject({ INNER: `${CANARY}-inner`, OUTER: `${CANARY}-outer` });
  await patch({ settings: { secrets: { INNER: `${CANARY}-new`, OUTER: MASKED_SECRET } } });
  expect(await stored()).toEqual({ INNER: `${CANARY}-new`, NUMBER: '7', OUTER: `${CANARY}-outer` });
});

it('forgets a secret that is set to null, and all when their place is', async () => {
  expect(await patch({ settings: { secrets: { NUMBER: null } } })).toMatchObject({ model: 'm' });
  expect(Object.keys(await stored())).toEqual(['INNER', 'OUTER']);
  expect(await patch({ settings: { secrets: null } })).toEqual({ model: 'm' });
  expect(await stored()).toEqual({});
});

it('changes no secret when the rest of a change is refused', async () => {
  await patch({ secrets: { A: `${CANARY}-a` } });
  const reply = await gateway.call('PATCH', PATH, { bio: 5, secrets: { A: `${CANARY}-b` } });
  expect(reply.status).toBe(400);
  expect(await stored()).toEqual({ A: `${CANARY}-a` });
});

it('repeats no secret in an error, not even of a body that cannot be read', async () => {
  const broken = `{"agent":{"secrets":{"A":"${CANARY}-broken"`;
  const unread = await gateway.send('/api/agents', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: broken + '}}},',
  });
  expect(unread).toMatchObject({ status: 400, body: { error: { code: 'INVALID_JSON' } } });
  const token = await gateway.send('/api/agents', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"a": ${CANARY}-token}`,
  });
  expect(token).toMatchObject({ status: 400, body: { error: { code: 'INVALID_JSON' } } });
  const nested = { agent: { name: 'Bad', secrets: { A: { value: `${CANARY}-nested` } } } };
  expect((await gateway.call('POST', '/api/agents', nested)).status).toBe(400);
  const typed = { agent: { name: 'Bad', bio: { a: `${CANARY}-typed` }, secrets: { A: `${CANARY}-x` } } };
  expect((await gateway.call('POST', '/api/agents', typed)).status).toBe(400);
});

it('let no secret into any answer or log line of this file', async () => {
  for (const path of ['/api/agents', PATH]) await gateway.call('GET', path);
  expect(gateway.answers.length).toBeGreaterThan(10);
  expect(gateway.answers.filter((text) => text.includes(CANARY))).toEqual([]);
  expect(gateway.logs.length).toBeGreaterThan(0);
  expect(gateway.logs.filter((line) => line.includes(CANARY))).toEqual([]);
});

it('forgets the secrets of a deleted agent', async () => {
  expect((await gateway.call('DELETE', PATH)).status).toBe(204);
  expect(await gateway.count('agent_secrets')).toBe(0);
});
