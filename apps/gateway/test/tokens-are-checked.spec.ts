import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import { derivedId, newId, type Uuid } from '@app/contracts';
import { aTenant, TestIssuer } from '@app/testing';
import { SignJWT, UnsecuredJWT } from 'jose';
import { TestGateway, type Reply } from './support.js';

let gateway: TestGateway;
let a: Uuid;
let b: Uuid;
let shared: TestIssuer;
let publishing: TestIssuer;

beforeAll(async () => {
  gateway = await TestGateway.start({
    ELIZA_SERVER_AUTH_TOKEN: 'rest-key',
    SERVER_API_KEY: 'socket-key',
    OUTBOUND_ALLOW: '127.0.0.1',
    TENANT_DOMAIN: 'chat.example.com',
  });
  a = await aTenant(gateway.db.database, { slug: 'acme', hosts: ['talk.acme.example'] });
  b = await aTenant(gateway.db.database, { slug: 'other' });
  shared = await TestIssuer.shared(gateway.db.database, a);
  publishing = await TestIssuer.publishing(gateway.db.database, a);
});
afterAll(async () => {
  await publishing.close();
  await gateway.close();
});

const SECONDS = (offset: number): number => Math.floor(Date.now() / 1_000) + offset;

async function callWith(token: string, headers: Record<string, string> = {}): Promise<Reply> {
  return gateway.call('GET', '/api/agents', undefined, { authorization: `Bearer ${token}`, ...headers });
}

async function statusOf(token: string, headers?: Record<string, string>): Promise<number> {
  return (await callWith(token, headers)).status;
}

/** {@link statusOf}, under another host name than the address: `fetch` does not let one choose. */
async function statusUnder(host: string, token: string): Promise<number> {
  const headers = { host, authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const asking = request(`${gateway.url}/api/agents`, { headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    asking.on('error', reject).end();
  });
}

/** Makes the socket's handshake with this token, and answers which entity it is. */
async function entityOf(token: string, claimed?: Uuid): Promise<Uuid> {
  const socket = gateway.dial({ token, entityId: claimed });
  return (await socket.next('authenticated')).entityId as Uuid;
}

it('takes tokens of a shared secret and of published keys, by REST and at the handshake', async () => {
  for (const issuer of [shared, publishing]) {
    const token = await issuer.token('u1', { tenant: a });
    expect(await statusOf(token)).toBe(200);
    expect((await gateway.call('GET', '/api/agents', undefined, { 'x-api-key': token })).status).toBe(200);
    expect(await entityOf(token)).toBe(derivedId(a, JSON.stringify([issuer.name, 'u1'])));
  }
});

it('puts the user’s own entity in place of the client’s, and refuses another one in X-Entity-Id', async () => {
  const token = await shared.token('u1', { tenant: 'acme' });
  const own = await entityOf(token, newId());
  expect(own).toBe(derivedId(a, JSON.stringify([shared.name, 'u1'])));
  expect(await statusOf(token, { 'x-entity-id': own.toUpperCase() })).toBe(200);
  const mismatch = await callWith(token, { 'x-entity-id': newId() });
  expect(mismatch).toMatchObject({ status: 403, body: { error: { code: 'ENTITY_MISMATCH' } } });
});

it('reads the entity out of the claim that was agreed on, and refuses one that is no id', async () => {
  const issuer = await TestIssuer.shared(gateway.db.database, a, { entityClaim: 'https://acme.example/entity' });
  const id = newId();
  const claims = (entity?: unknown) => ({ tenant: a, 'https://acme.example/entity': entity });
  expect(await entityOf(await issuer.token('u1', claims(id.toUpperCase())))).toBe(id);
  expect(await entityOf(await issuer.token('u1', claims()))).toBe(derivedId(a, JSON.stringify([issuer.name, 'u1'])));
  expect(await statusOf(await issuer.token('u1', claims('admin')))).toBe(401);
});

it('gives a token the scopes of its claim, and never what no token of a user may have', async () => {
  const put = (token: string) =>
    gateway.call('POST', '/api/agents', { agent: { name: 'X' } }, { authorization: `Bearer ${token}` });
  expect(await statusOf(await shared.token('u', { tenant: a, scope: 'openid agents:read' }))).toBe(200);
  expect(await statusOf(await shared.token('u', { tenant: a, scope: ['agents:read'] }))).toBe(200);
  for (const scope of ['openid', '', [], 7, 'messages:read']) {
    expect(await statusOf(await shared.token('u', { tenant: a, scope }))).toBe(403);
  }
  expect((await put(await shared.token('u', { tenant: a, scope: '*' }))).status).toBe(403);
});

describe('whose token it is', () => {
  it('is told by the host name, or by the token itself', async () => {
    const bare = await shared.token('u1');
    expect(await statusUnder('acme.chat.example.com', bare)).toBe(200);
    expect(await statusUnder('TALK.acme.example:443', bare)).toBe(200);
    for (const tenant of [a, a.toUpperCase(), 'acme']) {
      expect(await statusOf(await shared.token('u', { tenant }))).toBe(200);
    }
    expect(await statusOf(bare)).toBe(401);
  });

  it('must not be told differently by host name and token', async () => {
    const token = await shared.token('u1', { tenant: a });
    expect(await statusUnder('acme.chat.example.com', token)).toBe(200);
    expect(await statusUnder('other.chat.example.com', token)).toBe(401);
    expect(await statusUnder('nobody.chat.example.com', token)).toBe(401);
  });

  it('refuses a foreign tenant’s token, whoever it names', async () => {
    const ofB = await TestIssuer.shared(gateway.db.database, b);
    expect(await statusOf(await ofB.token('u1', { tenant: b }))).toBe(200);
    for (const claims of [{ tenant: a }, { tenant: a, iss: shared.name }, { tenant: b, iss: shared.name }]) {
      expect(await statusOf(await ofB.token('u1', claims))).toBe(401);
    }
    for (const tenant of [newId(), 'nobody', '', 7]) {
      expect(await statusOf(await ofB.token('u1', { tenant }))).toBe(401);
    }
  });

  it('makes equal subjects of two tenants and issuers different people', async () => {
    await publishing.agree(gateway.db.database, b, { algorithms: ['ES256'], jwksUrl: publishing.keysUrl });
    const ids = await Promise.all([
      entityOf(await publishing.token('u1', { tenant: a })),
      entityOf(await publishing.token('u1', { tenant: b })),
      entityOf(await shared.token('u1', { tenant: a })),
    ]);
    expect(new Set(ids).size).toBe(3);
  });
});

describe('refused is a token', () => {
  const claims = (issuer: TestIssuer) => ({
    ...{ iss: issuer.name, sub: 'u1', aud: 'chat', tenant: a, exp: SECONDS(3_600) },
  });
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

  it('with alg none, signed or not', async () => {
    expect(await statusOf(new UnsecuredJWT(claims(shared)).encode())).toBe(401);
    for (const alg of ['none', 'None', 'NONE', '']) {
      expect(await statusOf(`${part({ alg })}.${part(claims(shared))}.`)).toBe(401);
      expect(await statusOf(`${part({ alg })}.${part(claims(publishing))}.c2ln`)).toBe(401);
    }
  });

  it('signed with a public key as if it were a secret (HS/RS confusion)', async () => {
    const [jwk] = JSON.parse(publishing.keySet()).keys;
    for (const secret of [publishing.keySet(), JSON.stringify(jwk), Buffer.from(jwk.x, 'base64url')]) {
      const head = `${part({ alg: 'HS256', kid: 'first' })}.${part(claims(publishing))}`;
      const forged = `${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`;
      expect(await statusOf(forged)).toBe(401);
    }
    const bySecretIssuer = await publishing.token('u1', { ...claims(shared) });
    expect(await statusOf(bySecretIssuer)).toBe(401);
  });

  it('with another algorithm than agreed on, of the same family', async () => {
    const issuer = await TestIssuer.shared(gateway.db.database, a, { algorithms: ['HS512'] });
    expect(await statusOf(await issuer.token('u1', { tenant: a }))).toBe(401);
  });

  it.each([
    ['for another audience', { aud: 'another' }],
    ['for no audience', { aud: undefined }],
    ['that has expired', { exp: SECONDS(-61) }],
    ['without an end', { exp: undefined }],
    ['that is not valid yet', { nbf: SECONDS(120) }],
    ['without a subject', { sub: undefined }],
    ['with an empty subject', { sub: '' }],
    ['of an issuer that nobody agreed on', { iss: 'https://evil.example' }],
    ['without an issuer', { iss: undefined }],
  ])('%s', async (_what, change) => {
    for (const issuer of [shared, publishing]) {
      const reply = await callWith(await issuer.token('u1', { tenant: a, ...change }));
      expect(reply).toMatchObject({ status: 401, body: { error: { code: 'UNAUTHORIZED' } } });
    }
  });

  it('that was changed after it was signed', async () => {
    const [head, , signature] = (await shared.token('u1', { tenant: a })).split('.');
    expect(await statusOf(`${head}.${part({ ...claims(shared), sub: 'u2' })}.${signature}`)).toBe(401);
  });

  it('that brings its own key along', async () => {
    const forger = await TestIssuer.publishing(gateway.db.database, b);
    const [jwk] = JSON.parse(forger.keySet()).keys;
    const header = { kid: 'first', jwk, jku: forger.keysUrl } as { kid: string };
    const token = await forger.token('u1', claims(publishing), header);
    expect(await statusOf(token)).toBe(401);
    expect(forger.fetches).toBe(0);
    await forger.close();
  });

  it('with an unknown key id, without a flood of fetches', async () => {
    expect(await statusOf(await publishing.token('u1', { tenant: a }))).toBe(200);
    const before = publishing.fetches;
    const forged = await Promise.all(
      Array.from({ length: 30 }, async (_, index) =>
        publishing.token('u1', { tenant: a }, { kid: `foreign-${index}` }),
      ),
    );
    expect(await Promise.all(forged.map((token) => statusOf(token)))).toEqual(forged.map(() => 401));
    expect(publishing.fetches - before).toBeLessThanOrEqual(1);
  });
});

it('allows clocks half a minute apart', async () => {
  expect(await statusOf(await shared.token('u1', { tenant: a, exp: SECONDS(-20) }))).toBe(200);
  expect(await statusOf(await shared.token('u1', { tenant: a, nbf: SECONDS(20) }))).toBe(200);
});

it('tells that a good token has expired, and nothing about a forged one', async () => {
  const late = await callWith(await shared.token('u1', { tenant: a, exp: SECONDS(-120) }));
  expect(late.body.error.message).toBe('The token has expired');
  const forged = new SignJWT({ iss: shared.name, sub: 'u1', aud: 'chat', tenant: a, exp: SECONDS(-120) });
  const token = await forged.setProtectedHeader({ alg: 'HS256' }).sign(Buffer.alloc(32));
  expect((await callWith(token)).body.error.message).toBe('The token is not valid');
});

it('fetches keys only from where tenants may lead us, and says 503 when there are none', async () => {
  const inside = await TestIssuer.publishing(gateway.db.database, a, { jwksUrl: 'http://169.254.169.254/keys' });
  const reply = await callWith(await inside.token('u1', { tenant: a }));
  expect(reply).toMatchObject({ status: 503, body: { error: { code: 'UNAVAILABLE' } } });
  await inside.close();
});

it('repeats no token and no secret in answers or logs', async () => {
  const token = await shared.token('canary', { tenant: a });
  await callWith(token);
  await callWith(`${token}x`);
  for (const text of [...gateway.answers, ...gateway.logs]) expect(text).not.toContain(token.slice(-20));
});
