import { DEFAULT_TENANT_ID, newId } from '@app/contracts';
import { makeChannel } from '@app/testing';
import { TestGateway } from './support.js';

let gateway: TestGateway;
const month = new Date().toISOString().slice(0, 7);
beforeAll(async () => {
  gateway = await TestGateway.start();
  await gateway.db.asSuperuser(`insert into plans (name, quotas) values ('some', '{"messages": 5}')`);
  await gateway.db.asSuperuser(`update tenants set plan = 'some' where id = $1`, [DEFAULT_TENANT_ID]);
  const channelId = await makeChannel(gateway.db.database, DEFAULT_TENANT_ID);
  const path = `/api/messaging/channels/${channelId}/messages`;
  for (let i = 0; i < 3; i++) await gateway.call('POST', path, { author_id: newId(), content: 'Hello' });
});
afterAll(() => gateway.close());

it('says what was used to the last message, and what there is', async () => {
  const { status, body } = await gateway.call('GET', '/api/usage');
  expect(status).toBe(200);
  const months = [{ month, kind: 'messages', quantity: 3 }];
  expect(body.data).toEqual({ plan: 'some', limits: {}, quotas: { messages: 5 }, storedBytes: 0, months });
});

it('says it as CSV', async () => {
  const { text } = await gateway.call('GET', '/api/usage?format=csv');
  expect(text).toBe(`month,kind,quantity\r\n${month},messages,3\r\n`);
});

it('is asked for other months', async () => {
  const { body } = await gateway.call('GET', '/api/usage?since=2020-01&until=2020-12');
  expect(body.data.months).toEqual([]);
  const refused = await gateway.call('GET', '/api/usage?since=yesterday');
  expect([refused.status, refused.body.error.code]).toEqual([400, 'VALIDATION_ERROR']);
});
