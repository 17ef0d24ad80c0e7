import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { newId, type Uuid } from '@app/contracts';
import { Dispatch, MessagePath, TurnPath } from '@app/persistence';
import { makeAgent, makeChannel, setting, someMessage, testDatabase, type TestDatabase } from '@app/testing';
import { admin, type Called } from './support.js';

let db: TestDatabase;
let folder: string;
beforeAll(async () => {
  db = await testDatabase();
  folder = mkdtempSync(path.join(tmpdir(), 'eliza-commands-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await db.close();
});

const run = (...words: string[]): Promise<Called> => admin(db, words);

/** What a command says to a program. */
async function data<T = Record<string, unknown>>(...words: string[]): Promise<T> {
  const { code, said, complained } = await run(...words, '--json');
  expect({ code, complained }).toEqual({ code: 0, complained: '' });
  return JSON.parse(said) as T;
}

function planFile(terms: unknown): string {
  const file = path.join(folder, `${newId()}.json`);
  writeFileSync(file, JSON.stringify(terms));
  return file;
}

async function aTenant(name = 'Acme', ...more: string[]): Promise<Uuid> {
  return (await data<{ id: Uuid }>('tenants', 'create', name, ...more)).id;
}

/** A turn of a tenant that failed, of that many attempts. */
async function deadTurn(tenant: Uuid, attempts = 1): Promise<Uuid> {
  const agent = await makeAgent(db.database, tenant, 'Ada');
  const channel = await makeChannel(db.database, tenant, { participants: [agent] });
  const config = { worker: 'w', leaseMs: 60_000, history: 1, maxDepth: 1, defaultShare: 8 };
  const turns = new TurnPath(db.database, config);
  const accepted = await new MessagePath(db.database, 8).accept(tenant, someMessage(channel));
  if (accepted.outcome !== 'accepted') throw new Error(accepted.outcome);
  let [release] = accepted.releases;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    await turns.claim(tenant, release!.turnId);
    const usage = { inputTokens: 1, outputTokens: 1 };
    const result = attempt === attempts ? 'failed' : 'retry';
    const error = { kind: 'world', message: 'canary' };
    const held = { tenantId: tenant, turnId: release!.turnId, attempt };
    const settled = await turns.settle(held, { result, replies: [], usage, error });
    if (settled.outcome === 'lost') throw new Error('lost');
    if (result === 'retry') [release] = settled.releases;
  }
  return release!.turnId;
}

describe('tenants', () => {
  it('are erased, once their id is said again', async () => {
    const doomed = await aTenant('Doomed');
    const unsure = await run('tenants', 'delete', doomed);
    expect(unsure).toMatchObject({ code: 1, complained: expect.stringContaining(`--confirm ${doomed}`) as string });
    expect((await data('tenants', 'show', doomed))['status']).toBe('active');
    const erasure = await data('tenants', 'delete', doomed, '--confirm', doomed, '--no-wait');
    expect(erasure).toMatchObject({ tenantId: doomed, state: 'waiting', actor: `operator:${userInfo().username}` });
    expect((await data('tenants', 'show', doomed))['status']).toBe('deleting');
    await db.asSuperuser(`update tenant_erasures set state = 'done', erased = '{"agents": 3}' where tenant_id = $1`, [
      doomed,
    ]);
    const watched = await run('tenants', 'delete', doomed, '--confirm', doomed);
    expect(watched).toMatchObject({ code: 0, said: expect.stringMatching(/: done\nagents: 3/) as string });
    expect((await run('tenants', 'delete', 'default')).complained).toContain('belongs to the installation');
  });

  it('are made, shown, listed and changed', async () => {
    await run('plans', 'put', 'small', planFile({ quotas: { messages: 5 } }));
    const made = await run('tenants', 'create', 'Acme', '--slug', 'acme', '--plan', 'small', '--weight', '3');
    expect(made.said).toMatch(/^Name +Acme$/m);
    const shown = await data('tenants', 'show', 'acme');
    expect(shown).toMatchObject({ name: 'Acme', plan: 'small', weight: 3, quotas: { messages: 5 }, usage: {} });
    expect((await run('tenants', 'show', 'acme')).said).toMatch(/^Used: messages +0 of 5$/m);
    await run('tenants', 'update', 'acme', '--name', 'Acme Ltd', '--plan', 'default', '--hosts', 'a.example,b.example');
    expect(await data('tenants', 'show', 'acme')).toMatchObject({
      name: 'Acme Ltd',
      hosts: ['a.example', 'b.example'],
    });
    expect((await run('tenants', 'list')).said).toMatch(/^\S+ +acme +Acme Ltd +active +default +3$/m);
  });

  it('are suspended and resumed', async () => {
    const tenant = await aTenant();
    expect((await run('tenants', 'suspend', tenant)).said).toMatch(/^Status +suspended$/m);
    expect(await data('tenants', 'resume', tenant)).toMatchObject({ status: 'active' });
  });

  it.each([
    [['show', 'nobody'], 1, 'There is no tenant "nobody".'],
    [['create', 'X', '--plan', 'nowhere'], 1, 'There is no plan "nowhere" (PLAN_NOT_FOUND)'],
    [['create', 'X', '--slug', 'No Slug'], 2, 'slug must match'],
    [['create', 'X', '--weight', 'heavy'], 2, 'weight must'],
    [['update', 'default'], 2, 'Nothing to change was named.'],
  ])('are not %j', async (words, code, fault) => {
    const called = await run('tenants', ...words);
    expect([called.code, called.said]).toEqual([code, '']);
    expect(called.complained).toContain(fault);
  });

  it('whose name would move the cursor do not', async () => {
    await aTenant('\u001b[2Jclear\nme');
    expect((await run('tenants', 'list')).said).toContain('\ufffd[2Jclear\ufffdme');
  });
});

describe('keys', () => {
  it('are made, rotated, revoked and listed, and their text is told once', async () => {
    const tenant = await aTenant();
    const { id, key } = await data<{ id: Uuid; key: string }>(
      'keys',
      'create',
      tenant,
      'CI',
      '--scopes',
      'agents:read',
    );
    expect(key).toMatch(/^efk_/);
    const rotated = await run('keys', 'rotate', tenant, id, '--overlap', '0.5');
    expect(rotated.said).toMatch(/^efk_\S+$/);
    expect(rotated.said).not.toBe(key);
    await run('keys', 'revoke', tenant, id);
    const listed = await run('keys', 'list', tenant);
    expect(listed.said).toMatch(/CI +agents:read .* revoked$/m);
    expect(listed.said).not.toContain('efk_');
    expect((await run('keys', 'rotate', tenant, id)).complained).toContain('API_KEY_NOT_FOUND');
    expect((await run('keys', 'create', tenant, 'X', '--scopes', 'all')).code).toBe(2);
    expect((await run('keys', 'revoke', tenant, 'CI')).complained).toContain('"CI" is no id of a key');
  });
});

describe('plans', () => {
  it('are made of a file, shown as one, and taken away', async () => {
    const terms = { limits: { messages: { user: { limit: 30, seconds: 60 } } }, quotas: { messages: 1_000 } };
    await run('plans', 'put', 'medium', planFile(terms));
    const shown = await run('plans', 'show', 'medium');
    expect(JSON.parse(shown.said)).toMatchObject(terms);
    expect((await run('plans', 'list')).said).toMatch(/^medium +0 /m);
    expect((await run('plans', 'delete', 'medium')).said).toBe('Deleted.');
    expect((await run('plans', 'delete', 'medium')).complained).toContain('PLAN_NOT_FOUND');
    expect((await run('plans', 'delete', 'default')).complained).toContain('PLAN_IN_USE');
  });

  it.each([
    [{ quota: { messages: 5 } }, 'property quota should not exist'],
    [{ quotas: { mesages: 5 } }, 'property mesages should not exist'],
    [{ limits: { messages: { user: { limit: 0, seconds: 60 } } } }, 'limit must not be less than 1'],
    [[], 'is no JSON object'],
  ])('are not made of %j', async (terms, fault) => {
    const called = await run('plans', 'put', 'wrong', planFile(terms));
    expect(called.code).toBeGreaterThan(0);
    expect(called.complained).toContain(fault);
    expect((await run('plans', 'show', 'wrong')).complained).toContain('PLAN_NOT_FOUND');
  });
});

describe('usage and audit', () => {
  it('are told of all and of one', async () => {
    const tenant = await aTenant('Busy');
    await deadTurn(tenant);
    const month = new Date().toISOString().slice(0, 7);
    const { said } = await run('usage', '--tenant', tenant);
    expect(said).toMatch(new RegExp(`^${tenant} +Busy +default +${month} +messages +1$`, 'm'));
    expect((await run('usage')).said).toContain(tenant);
    expect((await run('usage', '--since', 'soon')).code).toBe(2);
    const all = await data<{ entries: { tenantId: Uuid; action: string }[] }>('audit', '--action', 'tenant.create');
    expect(all.entries.map(({ tenantId }) => tenantId)).toContain(tenant);
    const { entries } = await data<{ entries: object[] }>('audit', '--tenant', tenant);
    const who = { actorKind: 'operator', actor: `operator:${userInfo().username}`, address: hostname() };
    expect(entries).toEqual([expect.objectContaining({ ...who, action: 'tenant.create', objectId: tenant })]);
  });

  it('tell of acts that were refused, too', async () => {
    await run('plans', 'delete', 'never-was');
    const { entries } = await data<{ entries: object[] }>('audit', '--object', 'never-was');
    expect(entries).toMatchObject([{ tenantId: null, action: 'plan.delete', outcome: 'PLAN_NOT_FOUND' }]);
  });
});

describe('the queue', () => {
  it('is shown, listed, inspected and mended', async () => {
    const tenant = await aTenant('Queued', '--slug', 'queued');
    const turn = await deadTurn(tenant, 2);
    await new Dispatch(db.database).reportWorker('worker-1', 20);
    const shown = await run('queue', 'show');
    expect(shown.said).toMatch(/^Workers +1, with 20 slots$/m);
    expect(shown.said).toMatch(new RegExp(`^${tenant} +queued +0 +0 +0 +1`, 'm'));
    expect((await run('queue', 'list', 'queued')).said).toContain(turn);
    expect((await run('queue', 'list', 'queued', '--kind', 'quota')).said).toBe('None.');
    const inspected = await run('queue', 'inspect', 'queued', turn);
    expect(inspected.said).toMatch(/^Attempts +2$/m);
    expect(inspected.said).not.toContain('canary');
    await run('queue', 'retry', 'queued', turn);
    expect(await data('queue', 'inspect', 'queued', turn)).toMatchObject({ state: 'waiting', attemptsBefore: 2 });
    expect((await run('queue', 'retry', 'queued', turn)).complained).toContain('has not failed');
    expect((await run('queue', 'discard', 'queued', turn)).said).toBe('It is taken off; it was waiting.');
    const { entries } = await data<{ entries: { action: string; outcome: string }[] }>('audit', '--tenant', 'queued');
    expect(entries.slice(0, 3).map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      'turn.discard done',
      'turn.retry CONFLICT',
      'turn.retry done',
    ]);
  });

  it('has all dead turns tried anew, and tells how many not and why', async () => {
    const tenant = await aTenant();
    const turns = [await deadTurn(tenant), await deadTurn(tenant), await deadTurn(tenant)];
    await db.asSuperuser('delete from messages where id = (select message_id from turns where id = $1)', [turns[0]]);
    expect((await run('queue', 'retry', tenant, 'all', '--kind', 'quota')).said).toBe('0 turns were tried anew.');
    expect((await run('queue', 'retry', tenant, 'all')).said).toBe(
      '2 turns were tried anew.\n1 were not: message_gone',
    );
    expect((await run('queue', 'discard', tenant, 'all')).said).toBe('1 turns were taken off.');
    expect((await run('queue', 'retry', tenant, turns[1]!, '--kind', 'world')).code).toBe(2);
    expect((await run('queue', 'retry', tenant, 'some')).complained).toContain('neither the id of a turn nor "all"');
  });
});

it('tells in JSON what it tells in text, and says aloud that Redis is away', async () => {
  const env = { REDIS_URL: 'redis://127.0.0.1:1' };
  const called = await admin(db, ['tenants', 'suspend', await aTenant()], { env });
  expect(called).toMatchObject({ code: 0, complained: expect.stringContaining('Redis cannot be reached') as string });
  const reached = await admin(db, ['queue', 'show', '--json'], { env: { REDIS_URL: setting('TEST_REDIS_URL') } });
  expect(reached).toMatchObject({ code: 0, complained: '' });
  expect((JSON.parse(reached.said) as { queues: unknown[] }).queues).toHaveLength(3);
});
