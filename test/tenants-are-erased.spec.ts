import { DEFAULT_MESSAGE_SERVER_ID, DEFAULT_TENANT_ID, newId, type Uuid } from '@app/contracts';
import { Cluster, until } from '@app/testing';
import { Redis } from 'ioredis';
import { io, type Socket } from 'socket.io-client';

const OPERATOR = 'operator-key-0123456789';
/** So many that their erasure can be broken off in the middle. */
const OLD_LOGS = 60_000;

let cluster: Cluster;
let redis: Redis;
beforeAll(async () => {
  cluster = await Cluster.start({
    gateways: 1,
    workers: 2,
    env: { OPERATOR_KEY: OPERATOR, OPEN_ACCESS: 'nobody', LOG_RETENTION_DAYS: '3650', TURN_LEASE_MS: '1000' },
  });
  redis = new Redis(cluster.redis.url);
}, 60_000);
afterAll(async () => {
  redis?.disconnect();
  await cluster?.close();
});

interface Reply {
  status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of any shape are taken apart here
  body: any;
}

async function call(
  method: string,
  path: string,
  { key = OPERATOR, body }: { key?: string; body?: unknown } = {},
): Promise<Reply> {
  const response = await fetch(cluster.url(1) + path, {
    method,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

interface Household {
  id: Uuid;
  key: string;
  agent: Uuid;
  channel: Uuid;
}

/** A tenant with an agent of that id, which has been talked to. */
async function household(slug: string, agent: Uuid): Promise<Household> {
  const { id } = (await call('POST', '/api/admin/tenants', { body: { name: slug, slug } })).body.data;
  const created = await call('POST', `/api/admin/tenants/${id}/keys`, { body: { name: 'K', scopes: ['*'] } });
  const { key } = created.body.data;
  await call('POST', '/api/agents', { key, body: { agent: { id: agent, name: 'Ada' } } });
  await call('POST', `/api/agents/${agent}/start`, { key });
  const server = DEFAULT_MESSAGE_SERVER_ID;
  const made = await call('POST', '/api/messaging/channels', {
    key,
    body: { name: 'Talk', type: 'DM', server_id: server, participantCentralUserIds: [newId(), agent] },
  });
  const channel = made.body.data.id as Uuid;
  await say({ id, key, agent, channel }, 'Hello');
  await until('the agent answered', async () => {
    const [row] = await cluster.sql<{ turns: number }>(
      `select count(*)::int as turns from turns where tenant_id = $1 and state = 'completed'`,
      [id],
    );
    return row!.turns > 0;
  });
  return { id, key, agent, channel };
}

const say = ({ key, channel }: Household, content: string): Promise<Reply> =>
  call('POST', `/api/messaging/channels/${channel}/messages`, {
    key,
    body: { content, author_id: newId(), message_server_id: DEFAULT_MESSAGE_SERVER_ID },
  });

/** How many rows of a tenant stand in each table of the catalogue that can hold any. */
async function rowsOf(tenant: Uuid): Promise<Record<string, number>> {
  const tables = await cluster.sql<{ table: string; column: string }>(
    `select c.relname as "table", a.attname as "column" from pg_class c
       join pg_attribute a on a.attrelid = c.oid and a.atttypid = 'uuid'::regtype and a.attnum > 0
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
        and (a.attname = 'tenant_id' or c.relname = 'tenants' and a.attname = 'id')`,
  );
  const rows = await cluster.sql<{ table: string; rows: number }>(
    tables
      .map(
        ({ table, column }) => `select '${table}' as "table", count(*)::int as rows from ${table} where ${column} = $1`,
      )
      .join(' union all '),
    [tenant],
  );
  return Object.fromEntries(rows.flatMap(({ table, rows }) => (rows > 0 ? [[table, rows]] : [])));
}

/** The keys of this installation that name a tenant, in their name or in what they hold. */
async function tracesOf(tenant: Uuid): Promise<string[]> {
  const keys = (await redis.keys('*')).filter((key) => key.includes(cluster.redis.prefix));
  const holding = await Promise.all(
    keys.map(async (key) => {
      const held = await contentOf(key, await redis.type(key));
      return `${key} ${JSON.stringify(held)}`.includes(tenant) ? [key] : [];
    }),
  );
  return holding.flat();
}

async function contentOf(key: string, type: string): Promise<unknown> {
  if (type === 'hash') return redis.hgetall(key);
  if (type === 'list') return redis.lrange(key, 0, -1);
  if (type === 'set') return redis.smembers(key);
  if (type === 'zset') return redis.zrange(key, 0, -1);
  if (type === 'stream') return redis.xrange(key, '-', '+');
  return redis.get(key);
}

function connected({ key }: Household): Promise<{ socket: Socket; closed: Promise<string> }> {
  const socket = io(cluster.url(1), {
    auth: { entityId: newId(), apiKey: key },
    transports: ['websocket'],
    reconnection: false,
  });
  const closed = new Promise<string>((resolve) => socket.once('disconnect', resolve));
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve({ socket, closed }));
    socket.once('connect_error', reject);
  });
}

it('erases a tenant though a worker is killed in the middle of it, and leaves its neighbour alone', async () => {
  const agent = newId();
  const doomed = await household('doomed', agent);
  const neighbour = await household('neighbour', agent);
  await cluster.sql(
    `insert into agent_logs (tenant_id, agent_id, id, type, entity_id, room_id, body, created_at)
     select $1, $2, gen_random_uuid(), 'old', $2, $2, '{}', clock_timestamp() from generate_series(1, $3)`,
    [doomed.id, agent, OLD_LOGS],
  );
  const line = { key: doomed.key, body: { logs: [{ message: 'A line of its log' }] } };
  expect((await call('POST', '/api/server/logs', line)).status).toBe(200);
  expect(await tracesOf(doomed.id)).not.toEqual([]);
  const { closed } = await connected(doomed);
  const asked = await say(doomed, '#hang This is never answered');
  const running = asked.body.data.id as Uuid;
  await cluster.turn(running, 'running', 'released');

  const deleted = await call('DELETE', `/api/admin/tenants/${doomed.id}`);
  expect(deleted).toMatchObject({ status: 202, body: { data: { tenantId: doomed.id, actor: 'operator:operator' } } });
  const path = `/api/admin/erasures/${deleted.body.data.id}`;
  expect((await call('DELETE', `/api/admin/tenants/${doomed.id}`)).body.data.id).toBe(deleted.body.data.id);
  expect((await call('PATCH', `/api/admin/tenants/${doomed.id}`, { body: { status: 'active' } })).status).toBe(409);
  await closed;
  await until(
    'its key opens nothing',
    async () => (await call('GET', '/api/agents', { key: doomed.key })).status === 403,
    {
      ms: 5_000,
    },
  );

  const eraser = await until('a worker erases', () =>
    cluster.workers.find((worker) => worker.lines.some((text) => text.includes('A tenant is being erased'))),
  );
  await until('some rows are gone', async () => (await call('GET', path)).body.data.erased.agent_logs > 0, {
    every: 5,
  });
  await eraser.kill();
  const left = await rowsOf(doomed.id);
  process.stderr.write(`left when the worker was killed: ${JSON.stringify(left)}\n`);
  expect(left['agent_logs']).toBeGreaterThan(0);
  expect(left['agent_logs']).toBeLessThan(OLD_LOGS);

  const done = await until(
    'the other worker erased the rest',
    async () => {
      const { data } = (await call('GET', path)).body;
      return data.state === 'done' && data;
    },
    { ms: 90_000, every: 500 },
  );
  // What stays: the job, and a note that its objects are looked for once more when every upload has ended.
  expect(await rowsOf(doomed.id)).toEqual({ tenant_erasures: 1, departed_tenants: 1 });
  expect(await tracesOf(doomed.id)).toEqual([]);
  const used = expect.arrayContaining([expect.objectContaining({ kind: 'messages', quantity: 2 })]) as unknown;
  expect(done).toMatchObject({ filesLeft: 0, used, erased: { messages: 3, agents: 1, channels: 1 } });
  expect((await call('GET', `/api/admin/tenants/${doomed.id}`)).status).toBe(404);
  expect((await call('GET', '/api/agents', { key: doomed.key })).status).toBe(401);
  // What stays names nobody.
  const [row] = await cluster.sql<{ row: string }>('select t::text as row from tenant_erasures t');
  expect(row!.row).not.toMatch(/doomed|Ada|Hello/);

  const there = await rowsOf(neighbour.id);
  expect(there).toMatchObject({ agents: 1, channels: 1, messages: 2, channel_events: 2, tenants: 1, api_keys: 1 });
  expect(there['agent_logs']).toBeGreaterThan(0);
  await say(neighbour, 'Are you there?');
  await until('the neighbour is answered', async () => (await rowsOf(neighbour.id))['messages'] === 4);
}, 180_000);

it('neither erases the default tenant nor one that is not there', async () => {
  const refused = await call('DELETE', `/api/admin/tenants/${DEFAULT_TENANT_ID}`);
  expect(refused).toMatchObject({ status: 409, body: { error: { code: 'CONFLICT' } } });
  const unknown = await call('DELETE', `/api/admin/tenants/${newId()}`);
  expect(unknown).toMatchObject({ status: 404, body: { error: { code: 'TENANT_NOT_FOUND' } } });
  expect((await call('GET', `/api/admin/erasures/${newId()}`)).status).toBe(404);
});
