import { DEFAULT_TENANT_ID, newId } from '@app/contracts';
import { RIGHTS_METADATA, type Rights } from '@app/identity';
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import { AUDITED_METADATA, type Audited } from '../src/audit/audited.decorator.js';
import { TestGateway } from './support.js';

/** Routes that change something, are for those who administer a tenant, and yet stand in no log. Each has a reason. */
const UNAUDITED: Record<string, string> = {
  'LogsController.submit': 'adds lines to the tenant’s own log, of which there are many',
};

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await TestGateway.start({ ELIZA_SERVER_AUTH_TOKEN: 'secret-of-the-house' });
});
afterAll(() => gateway.close());

const KEY = { 'x-api-key': 'secret-of-the-house' };

async function entries(query = ''): Promise<Record<string, unknown>[]> {
  const { body } = await gateway.call('GET', `/api/audit${query}`, undefined, KEY);
  return body.data.entries;
}

it('says who did what to what, from where, when, and what came of it', async () => {
  const made = await gateway.call('POST', '/api/agents', { characterJson: { name: 'Ada' } }, KEY);
  const agentId = made.body.data.id as string;
  await gateway.call('PATCH', `/api/agents/${agentId}`, { bio: ['New'] }, KEY);
  await gateway.call('DELETE', `/api/agents/${newId()}`, undefined, KEY);
  const [failed, updated, created] = await entries();
  const who = { actorKind: 'key', actor: 'key:installation', address: expect.stringContaining('127.0.0.1') };
  const what = { objectType: 'agent', requestId: expect.any(String), at: expect.any(String) };
  expect(created).toEqual({ ...who, ...what, action: 'agent.create', objectId: agentId, outcome: 'done' });
  expect(updated).toEqual({ ...who, ...what, action: 'agent.update', objectId: agentId, outcome: 'done' });
  expect(failed).toMatchObject({ action: 'agent.delete', outcome: 'NOT_FOUND' });
});

it('also says what was tried with an id that is none', async () => {
  await gateway.call('DELETE', '/api/agents/a%00b', undefined, KEY);
  const [tried] = await entries();
  expect(tried).toMatchObject({ action: 'agent.delete', objectId: 'a\ufffdb', outcome: 'INVALID_ID' });
});

it('is asked by action, object and time, page by page', async () => {
  for (let i = 0; i < 5; i++) {
    await gateway.call('POST', '/api/agents', { characterJson: { name: `Agent ${i}` } }, KEY);
  }
  const all = await entries('?action=agent.create');
  const paged: unknown[] = [];
  let cursor = '';
  for (;;) {
    const { body } = await gateway.call('GET', `/api/audit?action=agent.create&limit=2${cursor}`, undefined, KEY);
    paged.push(...body.data.entries);
    if (!body.data.next) break;
    cursor = `&cursor=${body.data.next}`;
  }
  expect(paged).toEqual(all);
  expect(await entries(`?objectId=${String(all[0]!['objectId'])}`)).toHaveLength(1);
  expect(await entries('?until=2020-01-01T00:00:00Z')).toEqual([]);
  const { status, body } = await gateway.call('GET', '/api/audit?cursor=nonsense', undefined, KEY);
  expect([status, body.error.code]).toEqual([400, 'VALIDATION_ERROR']);
});

it('is had as CSV', async () => {
  const { text, headers } = await gateway.call('GET', '/api/audit?format=csv&limit=1', undefined, KEY);
  expect(headers.get('content-type')).toContain('text/csv');
  expect(headers.get('x-next-cursor')).toBeTruthy();
  const [head, line] = text.split('\r\n');
  expect(head).toBe('at,actorKind,actor,address,action,objectType,objectId,outcome,requestId');
  expect(line).toMatch(/^\d{4}-.*,key,key:installation,/);
});

it('tells nothing of the bodies that were sent', async () => {
  const secret = `canary-${newId()}`;
  await gateway.call('POST', '/api/system/env/local', { content: { OPENAI_API_KEY: secret } }, KEY);
  expect(await entries('?action=settings.update')).toHaveLength(1);
  const rows = await gateway.db.asSuperuser('select * from audit_log');
  expect(JSON.stringify(rows)).not.toContain(secret);
});

it('is added to and read by the application, never changed or deleted', async () => {
  for (const change of ['update audit_log set outcome = 1', 'delete from audit_log', 'truncate audit_log']) {
    const attempt = gateway.db.database.oneInTenant({ name: newId(), text: change, values: [DEFAULT_TENANT_ID] });
    await expect(attempt).rejects.toThrow(/permission denied|syntax error/);
  }
});

it('covers every route that changes something and is for those who administer a tenant or the installation', () => {
  const lacking: string[] = [];
  for (const module of gateway.application.get(ModulesContainer).values()) {
    for (const { metatype } of module.controllers.values()) {
      const methods = metatype as unknown as { name: string; prototype: Record<string, object> };
      for (const name of Object.getOwnPropertyNames(methods.prototype)) {
        const handler = methods.prototype[name]!;
        const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
        if (method === undefined || method === RequestMethod.GET) continue;
        const own = Reflect.getMetadata(RIGHTS_METADATA, handler) as Rights | undefined;
        const rights = own ?? (Reflect.getMetadata(RIGHTS_METADATA, metatype as object) as Rights | undefined);
        if (rights?.who === 'users' || rights?.scope === 'messages:write' || !rights) continue;
        const audited = Reflect.getMetadata(AUDITED_METADATA, handler) as Audited | undefined;
        if (!audited && !UNAUDITED[`${methods.name}.${name}`]) lacking.push(`${methods.name}.${name}`);
      }
    }
  }
  expect(lacking).toEqual([]);
});
