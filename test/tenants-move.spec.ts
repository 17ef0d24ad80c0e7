import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { newId, type Uuid } from '@app/contracts';
import { ARCHIVED_TABLES, NOT_ARCHIVED } from '@app/persistence';
import { agentSecretOwner, SecretBox } from '@app/platform';
import { aKey, aTenant, testDatabase, TestIssuer, type TestDatabase } from '@app/testing';
import { admin, type Called } from '../apps/admin/test/support.js';
import { CANARY, makeHousehold } from '../apps/gateway/test/matrix/household.js';
import type { Ids } from '../apps/gateway/test/matrix/ids.js';
import { TestGateway } from '../apps/gateway/test/support.js';

let here: TestGateway;
let there: TestGateway;
let elsewhere: TestDatabase;
let folder: string;
let tenant: Uuid;
let ids: Ids;
let archive: string;
let passphrase: string;

beforeAll(async () => {
  here = await TestGateway.start({ OPEN_ACCESS: 'nobody' });
  there = await TestGateway.start({ OPEN_ACCESS: 'nobody' });
  elsewhere = there.db;
  folder = mkdtempSync(path.join(tmpdir(), 'eliza-archive-'));
  archive = path.join(folder, 'acme.tenant');
  passphrase = path.join(folder, 'passphrase');
  writeFileSync(passphrase, 'a long enough passphrase\n');
  tenant = await aTenant(here.db.database, { slug: 'acme' });
  const { key } = await aKey(here.db.database, tenant);
  await TestIssuer.shared(here.db.database, tenant);
  ids = await makeHousehold(here, { tenantId: tenant, key });
  // A text with whatever may break lines, and a number that JavaScript cannot hold.
  await here.db.asSuperuser(
    `update messages set content = content || E'\\u2028\\r\\n\\t{"end":true}', raw_message = '{"n": 12345678901234567890.5}' where tenant_id = $1`,
    [tenant],
  );
}, 60_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await there.close();
  await here.close();
});

const run = (db: TestDatabase, ...words: string[]): Promise<Called> => admin(db, words);
const sealed = (): string[] => ['--passphrase-file', passphrase];

/** What its API answers of everything a tenant has. */
async function answersOf(gateway: TestGateway, of: Uuid): Promise<unknown[]> {
  const { key } = await aKey(gateway.db.database, of);
  const { agent, channel, server, message } = ids;
  const paths = [
    ...['/api/agents', `/api/agents/${agent}`, `/api/agents/${agent}/rooms`, `/api/agents/${agent}/runs`],
    ...[`/api/agents/${agent}/logs`, `/api/agents/${agent}/memories`, `/api/agents/${agent}/memories?tableName=facts`],
    ...['/api/agents/worlds', '/api/messaging/message-servers', `/api/messaging/message-servers/${server}/channels`],
    ...[`/api/messaging/message-servers/${server}/agents`, `/api/messaging/channels/${channel}/messages`],
    ...[`/api/messaging/channels/${channel}/details`, `/api/messaging/channels/${channel}/participants`],
    ...['/api/messaging/jobs', `/api/messaging/messages/${message}`, '/api/system/env/local'],
    '/api/messaging/messages/search?query=canary9f3',
  ];
  const answers: unknown[] = [];
  for (const address of paths) {
    const { status, text } = await gateway.call('GET', address, undefined, { 'x-api-key': key });
    answers.push([address, status, text.replaceAll(of, '<tenant>')]);
  }
  return answers;
}

it('is not exported while it is served, or still at work', async () => {
  expect((await run(here.db, 'tenants', 'export', 'acme', archive)).complained).toMatch(/^Suspend the tenant first/);
  await run(here.db, 'tenants', 'suspend', 'acme');
  await here.db.asSuperuser(`update turns set state = 'released' where tenant_id = $1 and head`, [tenant]);
  expect((await run(here.db, 'tenants', 'export', 'acme', archive)).complained).toMatch(
    /^Answers are still being given/,
  );
  await here.db.asSuperuser(
    `update turns set state = 'completed', head = false, finished_at = now() where tenant_id = $1`,
    [tenant],
  );
  expect(() => statSync(archive)).toThrow();
});

it('becomes an archive that only its maker can read, with no key and no secret in clear', async () => {
  const { code, said, complained } = await run(here.db, 'tenants', 'export', 'acme', archive, ...sealed());
  expect({ code, complained }).toEqual({ code: 0, complained: '' });
  expect(said).toMatch(/^messages +\d+$/m);
  expect(statSync(archive).mode & 0o777).toBe(0o600);
  const text = gunzipSync(readFileSync(archive)).toString();
  expect(text).not.toMatch(/efk_|secret_hash/);
  const secrets = text.split('\n').filter((line) => /^(agent_secrets|tenant_settings)\t/.test(line));
  expect(secrets.length).toBeGreaterThan(1);
  for (const line of secrets) expect(line).not.toContain(CANARY);
});

it('is another tenant in the same installation that answers the same', async () => {
  const imported = await run(here.db, 'tenants', 'import', archive, '--as', 'acme-two', ...sealed());
  expect(imported).toMatchObject({ code: 0, complained: '' });
  expect(imported.said).toContain('All counts agree');
  for (const slug of ['acme', 'acme-two']) await run(here.db, 'tenants', 'resume', slug);
  const shown = await run(here.db, 'tenants', 'show', 'acme-two', '--json');
  const { id } = JSON.parse(shown.said) as { id: Uuid };
  expect(id).not.toBe(tenant);
  expect(await answersOf(here, id)).toEqual(await answersOf(here, tenant));
});

it('moves to another installation, where its secrets are sealed with the key of that one', async () => {
  const key = Buffer.alloc(32, 7).toString('base64');
  const env = { ENCRYPTION_KEY: key };
  const moved = await admin(elsewhere, ['tenants', 'import', archive, ...sealed()], { env });
  expect(moved).toMatchObject({ code: 0, complained: '' });
  await run(elsewhere, 'tenants', 'resume', 'acme');
  expect(await answersOf(there, tenant)).toEqual(await answersOf(here, tenant));
  const [secret] = await elsewhere.database.inTenant(tenant, (scope) => scope.agentSecrets.sealed(ids.agent));
  const opened = new SecretBox(key).open(secret!, agentSecretOwner(tenant, ids.agent, secret!.name));
  expect(opened).toBe(CANARY);
  const numbers = await elsewhere.asSuperuser<{ n: string }>(
    `select distinct raw_message ->> 'n' as n from messages where tenant_id = $1`,
    [tenant],
  );
  expect(numbers).toEqual([{ n: '12345678901234567890.5' }]);
});

it('is brought again without harm while it is suspended, and not over one that is served', async () => {
  const again = () => run(elsewhere, 'tenants', 'import', archive, ...sealed());
  expect((await again()).complained).toMatch(/is here already, and active: name it anew with --as/);
  await run(elsewhere, 'tenants', 'suspend', 'acme');
  await elsewhere.asSuperuser('delete from messages where tenant_id = $1 and id = $2', [tenant, ids.message]);
  expect(await again()).toMatchObject({ code: 0, complained: '' });
  const [row] = await elsewhere.asSuperuser<{ count: number }>(
    'select count(*)::int as count from messages where tenant_id = $1 and id = $2',
    [tenant, ids.message],
  );
  expect(row!.count).toBe(1);
  const other = await aTenant(elsewhere.database, { slug: 'taken' });
  const taken = await run(elsewhere, 'tenants', 'import', archive, '--as', 'taken', ...sealed());
  expect(taken.complained).toMatch(/^Another tenant is called taken/);
  expect(await elsewhere.database.inTenant(other, (scope) => scope.agents.list())).toEqual([]);
});

describe('nothing is written of an archive', () => {
  const change = (name: string, by: (text: string) => string): string => {
    const file = path.join(folder, name);
    writeFileSync(file, gzipSync(by(gunzipSync(readFileSync(archive)).toString())));
    return file;
  };

  it.each([
    ['that was changed', () => change('changed', (text) => text.replace('hello', 'jello')), 'its checksum differs'],
    ['that is not whole', () => change('half', (text) => text.slice(0, text.length / 2)), 'is not whole'],
    ['of another version', () => change('other', (text) => text.replace('"version":1', '"version":2')), 'of version 2'],
    ['that is none', () => change('none', () => '{"a":1}\n{"end":true}\n'), 'is no archive of a tenant'],
    ['that is not compressed', () => passphrase, 'cannot be read as an archive'],
    ['that is not there', () => path.join(folder, 'nowhere'), 'cannot be read as an archive'],
  ])('%s', async (_, file, fault) => {
    const { code, complained } = await run(elsewhere, 'tenants', 'import', file(), '--as', `x${newId().slice(-8)}`);
    expect(code).toBe(1);
    expect(complained).toContain(fault);
  });

  it('whose secrets do not open', async () => {
    const words = ['tenants', 'import', archive, '--as', 'wrong'];
    expect((await run(elsewhere, ...words)).complained).toContain('need the passphrase');
    const wrong = path.join(folder, 'wrong');
    writeFileSync(wrong, 'another passphrase');
    expect((await run(elsewhere, ...words, '--passphrase-file', wrong)).complained).toContain('another passphrase');
    expect((await run(elsewhere, 'tenants', 'show', 'wrong')).complained).toContain('no tenant');
  });
});

it('leaves its secrets behind without a passphrase, and says how many', async () => {
  await run(here.db, 'tenants', 'suspend', 'acme');
  const bare = path.join(folder, 'bare');
  const { said } = await run(here.db, 'tenants', 'export', 'acme', bare);
  expect(said).toMatch(/^\d+ secrets stay behind/m);
  expect(gunzipSync(readFileSync(bare)).toString()).not.toMatch(/^agent_secrets\t/m);
});

it('says in a sentence that its secrets were sealed with another key, and leaves no half an archive', async () => {
  const file = path.join(folder, 'foreign');
  const env = { ENCRYPTION_KEY: Buffer.alloc(32, 9).toString('base64') };
  const { code, complained } = await admin(here.db, ['tenants', 'export', 'acme', file, ...sealed()], { env });
  expect(code).toBe(1);
  expect(complained).toMatch(/^A secret does not open \(.*\): ENCRYPTION_KEY is not the one/);
  expect(() => statSync(`${file}.part`)).toThrow();
});

it('has every table of tenants in an archive, or a reason why not', async () => {
  const db = await testDatabase();
  const tables = await db.asSuperuser<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
        and relrowsecurity and not relispartition order by 1`,
  );
  await db.close();
  const known = [...ARCHIVED_TABLES.map(({ name }) => name), ...Object.keys(NOT_ARCHIVED)];
  expect(tables.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([]);
  const there = new Set(tables.map(({ name }) => name));
  expect(ARCHIVED_TABLES.filter(({ name }) => !there.has(name))).toEqual([]);
});
