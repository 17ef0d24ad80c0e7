import { DEFAULT_TENANT_ID, newId, type PlanLimits, type PlanQuotas } from '@app/contracts';
import { makeChannel } from '@app/testing';
import { TestGateway } from './support.js';

const opened: TestGateway[] = [];
afterEach(async () => {
  for (const gateway of opened.splice(0).reverse()) await gateway.close();
});

/** Gateways of one installation, whose tenant has this plan. */
async function gateways(count: number, plan: { limits?: PlanLimits; quotas?: PlanQuotas }): Promise<TestGateway[]> {
  const first = await TestGateway.start({ RATE_LIMITS: 'on', INSTANCE_NAME: 'first' });
  opened.push(first);
  await first.db.asSuperuser(`insert into plans (name, limits, quotas) values ('tight', $1, $2)`, [
    JSON.stringify(plan.limits ?? {}),
    JSON.stringify(plan.quotas ?? {}),
  ]);
  await first.db.asSuperuser(`update tenants set plan = 'tight' where id = $1`, [DEFAULT_TENANT_ID]);
  for (let i = 1; i < count; i++) {
    opened.push(await TestGateway.start({ RATE_LIMITS: 'on', INSTANCE_NAME: `gateway-${i}` }, first));
  }
  return [...opened];
}

const perUser = (limit: number) => ({ user: { limit, seconds: 600 } });

it('tells every request how it stands, and refuses the one too many with the time to wait', async () => {
  const [gateway] = await gateways(1, { limits: { requests: perUser(3) } });
  for (let left = 2; left >= 0; left--) {
    const { status, headers } = await gateway!.call('GET', '/api/agents');
    expect([status, headers.get('ratelimit-remaining')]).toEqual([200, String(left)]);
    expect(headers.get('ratelimit-policy')).toBe('3;w=600');
    expect(headers.get('ratelimit-limit')).toBe('3');
    expect(Number(headers.get('ratelimit-reset'))).toBeGreaterThan(0);
  }
  const { status, headers, body } = await gateway!.call('GET', '/api/agents');
  expect(status).toBe(429);
  expect(body).toMatchObject({ success: false, error: { code: 'RATE_LIMIT_EXCEEDED', details: { limit: 3 } } });
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(100);
  expect(body.error.details.retryAfter).toBe(Number(headers.get('retry-after')));
});

it('counts over all gateways, and not what everybody may ask', async () => {
  const [first, second] = await gateways(2, { limits: { requests: perUser(10) } });
  const asked = Array.from({ length: 16 }, (_, i) => (i % 2 ? first! : second!).call('GET', '/api/agents'));
  const statuses = (await Promise.all(asked)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(10);
  expect((await first!.call('GET', '/health')).status).toBe(200);
  expect((await first!.call('GET', '/api/system/version')).status).toBe(200);
});

it('holds messages back on whichever way they come', async () => {
  const [gateway] = await gateways(1, { limits: { messages: { tenant: { limit: 2, seconds: 600 } } } });
  const channelId = await makeChannel(gateway!.db.database, DEFAULT_TENANT_ID);
  const author = newId();
  const post = {
    ...{ author_id: author, content: 'Hello', message_server_id: '00000000-0000-0000-0000-000000000000' },
    source_type: 'test',
  };
  const path = `/api/messaging/channels/${channelId}/messages`;
  expect((await gateway!.call('POST', path, post)).status).toBe(201);
  const socket = await gateway!.connect(author);
  const send = (messageId: string): void => {
    const payload = {
      channelId,
      senderId: author,
      message: 'Hello',
      messageId,
      messageServerId: post.message_server_id,
    };
    socket.socket.emit('message', { type: 2, payload });
  };
  send('one');
  await socket.next('messageAck', (ack) => ack.clientMessageId === 'one');
  send('two');
  const refusal = await socket.next('messageError', (error) => error.clientMessageId === 'two');
  expect(refusal).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED', channelId, details: { limit: 2, seconds: 600 } });
  expect(await gateway!.call('POST', path, post)).toMatchObject({ status: 429 });
  expect(await gateway!.count('messages')).toBe(2);
});

it('lets in no more sockets than may be connected, over all gateways, and takes the next when one goes', async () => {
  const [first, second] = await gateways(2, { limits: { sockets: { user: 2 } } });
  const one = await first!.connect();
  await second!.connect();
  const refused = first!.dial({ entityId: newId() });
  expect(await refused.next('connect_error')).toMatch(/No more than 2 sockets/);
  one.socket.disconnect();
  await expect(
    (async () => {
      for (;;) {
        const again = second!.dial({ entityId: newId() });
        const connected = await Promise.race([
          again.next('connection_established').then(() => true),
          again.next('connect_error').then(() => false),
        ]);
        if (connected) return 'in';
      }
    })(),
  ).resolves.toBe('in');
});

it('refuses what a quota has no room for, and says which', async () => {
  const [gateway] = await gateways(1, { quotas: { messages: 1 } });
  const channelId = await makeChannel(gateway!.db.database, DEFAULT_TENANT_ID);
  const post = {
    ...{ author_id: newId(), content: 'Hello', message_server_id: '00000000-0000-0000-0000-000000000000' },
    source_type: 'test',
  };
  const path = `/api/messaging/channels/${channelId}/messages`;
  expect((await gateway!.call('POST', path, post)).status).toBe(201);
  const { status, body } = await gateway!.call('POST', path, post);
  expect(status).toBe(429);
  expect(body.error).toMatchObject({ code: 'QUOTA_EXCEEDED', details: { quota: 'messages' } });
  expect(await gateway!.count('messages')).toBe(1);
});

it('holds nobody back when limits are off, and says so aloud', async () => {
  const gateway = await TestGateway.start({ RATE_LIMITS: 'off' });
  opened.push(gateway);
  const { headers } = await gateway.call('GET', '/api/agents');
  expect(headers.get('ratelimit-limit')).toBeNull();
  expect(gateway.logs.join('')).toContain('RATE_LIMITS is off');
});
