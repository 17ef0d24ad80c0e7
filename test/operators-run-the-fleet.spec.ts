import { DEFAULT_MESSAGE_SERVER_ID, newId, type Uuid } from '@app/contracts';
import { Cluster, until } from '@app/testing';
import { io, type Socket } from 'socket.io-client';
import { byCommands, byRest, OPERATOR_KEY, type Operating } from './operating/ways.js';

/** What was promised of a suspended tenant, in milliseconds. */
const SOON_MS = 5_000;

let cluster: Cluster;
const sockets: Socket[] = [];
beforeAll(async () => {
  cluster = await Cluster.start({
    gateways: 2,
    workers: 2,
    env: { OPERATOR_KEY, OPEN_ACCESS: 'nobody', RATE_LIMITS: 'on', TURN_MAX_ATTEMPTS: '2', TURN_RETRY_MS: '50' },
  });
}, 60_000);
afterEach(() => sockets.splice(0).forEach((socket) => socket.disconnect()));
afterAll(() => cluster?.close());

interface Reply {
  status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of any shape are taken apart here
  body: any;
}

/** Somebody of a tenant, with an agent to talk to. */
class Customer {
  private channel?: Uuid;

  constructor(private readonly key: string) {}

  async call(method: string, path: string, body?: unknown, gateway = 1): Promise<Reply> {
    const response = await fetch(cluster.url(gateway) + path, {
      method,
      headers: { 'content-type': 'application/json', 'x-api-key': this.key },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  }

  async settleIn(): Promise<void> {
    const agent = (await this.call('POST', '/api/agents', { agent: { name: 'Ada' } })).body.data.id as Uuid;
    await this.call('POST', `/api/agents/${agent}/start`);
    const server = DEFAULT_MESSAGE_SERVER_ID;
    const made = await this.call('POST', '/api/messaging/channels', {
      ...{ name: 'Talk', type: 'DM', server_id: server, participantCentralUserIds: [newId(), agent] },
    });
    this.channel = made.body.data.id as Uuid;
  }

  say(content: string): Promise<Reply> {
    const body = { content, author_id: newId(), message_server_id: DEFAULT_MESSAGE_SERVER_ID, transport: 'http' };
    return this.call('POST', `/api/messaging/channels/${this.channel}/messages`, body);
  }

  async texts(): Promise<string[]> {
    const { body } = await this.call('GET', `/api/messaging/channels/${this.channel}/messages`);
    return body.data.messages.map(({ content }: { content: string }) => content).reverse();
  }

  async dial(gateway: number): Promise<Socket> {
    const auth = { entityId: newId(), apiKey: this.key };
    const socket = io(cluster.url(gateway), { auth, transports: ['websocket'], forceNew: true, reconnection: false });
    sockets.push(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connection_established', () => resolve());
      socket.once('connect_error', reject);
    });
    return socket;
  }
}

describe.each([
  ['REST', 'rest', byRest],
  ['commands', 'commands', byCommands],
] as const)('by %s an operator', (_, name, way) => {
  let operator: Operating;
  let tenant: Uuid;
  let customer: Customer;
  const plan = `trial-${name}`;

  beforeAll(async () => {
    operator = way(cluster);
    await operator.putPlan(plan, { quotas: { messages: 2 } });
    tenant = await operator.makeTenant('Acme', plan);
    customer = new Customer(await operator.makeKey(tenant));
    await customer.settleIn();
  }, 60_000);

  it('lets a tenant chat up to its quota, and on when its plan is raised', async () => {
    for (const text of ['One', 'Two']) {
      const { status, body } = await customer.say(text);
      expect([status, typeof body.agentResponse.text]).toEqual([201, 'string']);
    }
    const refused = await customer.say('Three');
    expect(refused).toMatchObject({
      status: 429,
      body: { error: { code: 'QUOTA_EXCEEDED', details: { quota: 'messages' } } },
    });
    await operator.putPlan(plan, { quotas: { messages: 100 } });
    expect((await customer.say('Four')).status).toBe(201);
    expect((await customer.texts()).filter((text) => ['One', 'Two', 'Three', 'Four'].includes(text))).toEqual([
      'One',
      'Two',
      'Four',
    ]);
  });

  it('slows it down and lets it go again, on every gateway at once', async () => {
    const one = { messages: { tenant: { limit: 1, seconds: 3_600 } } };
    await operator.putPlan(plan, { limits: one });
    await until('it is held back', async () => (await customer.say('Slowly')).status === 429, { ms: SOON_MS });
    await operator.putPlan(plan, {});
    await until('it may go on', async () => (await customer.say('Fast')).status === 201, { ms: SOON_MS });
  });

  it('sees to the last message what was used', async () => {
    const texts = await customer.texts();
    const used = await operator.usage(tenant);
    const own = texts.filter((text) => ['One', 'Two', 'Four', 'Slowly', 'Fast'].includes(text));
    expect(used).toMatchObject({ messages: own.length });
    expect(used['outputTokens']).toBeGreaterThan(0);
  });

  it('has what died in an outage tried anew with all attempts, and it is answered once', async () => {
    // Two attempts and the first one of the two that it gets anew fail.
    const failed = await customer.say('Hello again #fail=world:3');
    expect(failed).toMatchObject({ status: 502, body: { error: { code: 'TURN_FAILED' } } });
    const [turn] = await operator.deadTurns(tenant);
    const before = (await customer.texts()).length;
    await operator.retry(tenant, turn!);
    await until('it is answered', async () => (await customer.texts()).length > before);
    expect((await customer.say('And on')).status).toBe(201);
    expect(await customer.texts()).toHaveLength(before + 3);
    expect(await operator.deadTurns(tenant)).toEqual([]);
  });

  it('closes a tenant everywhere: its requests are refused, its sockets end; and opens it again', async () => {
    const open = [await customer.dial(1), await customer.dial(2)];
    const told = open.map(
      (socket) =>
        new Promise<string>((resolve) => socket.on('unauthorized', ({ code }: { code: string }) => resolve(code))),
    );
    const ended = open.map((socket) => new Promise((resolve) => socket.on('disconnect', resolve)));
    await operator.setStatus(tenant, 'suspended');
    const since = performance.now();
    await Promise.all(ended);
    expect(performance.now() - since).toBeLessThan(SOON_MS);
    expect(await Promise.all(told)).toEqual(['TENANT_SUSPENDED', 'TENANT_SUSPENDED']);
    for (const gateway of [1, 2]) {
      const refused = await customer.call('GET', '/api/agents', undefined, gateway);
      expect(refused).toMatchObject({ status: 403, body: { error: { code: 'TENANT_SUSPENDED' } } });
    }
    await expect(customer.dial(1)).rejects.toThrow();
    await operator.setStatus(tenant, 'active');
    await until('it is served again', async () => (await customer.call('GET', '/api/agents')).status === 200);
  });

  it('finds in the log of the tenant what was done to it and in it', async () => {
    const acts = (await operator.audit(tenant)).reverse();
    expect(acts).toEqual([
      'operator tenant.create done',
      'operator key.create done',
      'key agent.create done',
      'key agent.start done',
      'operator turn.retry done',
      'operator tenant.suspend done',
      'operator tenant.resume done',
    ]);
  });
});
