import { newId, ownId, type Uuid } from '@app/contracts';
import { Dispatch, MediaPath } from '@app/persistence';
import type { Reply, TestGateway } from '../support.js';
import type { Ids } from './ids.js';

/** What stands in every text of a household, and in no answer to anybody else. */
export const CANARY = 'canary9f3';

type Call = (method: string, path: string, body?: unknown) => Promise<Reply>;

/** Something of everything a tenant can have, made through the API as far as that makes it. */
export async function makeHousehold(
  gateway: TestGateway,
  { tenantId, key }: { tenantId: Uuid; key: string },
): Promise<Ids> {
  const call: Call = async (method, path, body) => {
    const reply = await gateway.call(method, path, body, { 'x-api-key': key, 'idempotency-key': newId() });
    if (reply.status >= 300) throw new Error(`${method} ${path} answered ${reply.status}: ${reply.text}`);
    return reply;
  };
  const entity = newId();
  const agent = await makeAgent(call);
  const { channel, server } = await makeChannel(call, [entity, agent]);
  const posted = await call('POST', `/api/messaging/channels/${channel}/messages`, {
    ...{ content: `${CANARY} hello`, author_id: entity, messageId: 'client-1' },
  });
  const message = posted.body.data.id as Uuid;
  const session = (
    await call('POST', '/api/messaging/sessions', { agentId: agent, userId: entity, metadata: { CANARY } })
  ).body;
  const job = (await call('POST', '/api/messaging/jobs', { agentId: agent, userId: entity, content: CANARY })).body
    .jobId as Uuid;
  const world = (await call('POST', `/api/agents/${agent}/worlds`, { name: CANARY })).body.data.world.id as Uuid;
  await call('POST', `/api/agents/${agent}/rooms`, { name: CANARY, worldId: world });
  await call('PATCH', `/api/agents/${agent}/memories/${message}`, { metadata: { note: CANARY } });
  await call('POST', '/api/system/env/local', { content: { SECRET: CANARY } });
  await call('POST', '/api/server/logs', { logs: [{ message: CANARY }] });
  const [turn] = await gateway.db.asSuperuser<{ id: Uuid }>('select id from turns where message_id = $1', [message]);
  const [kept] = await gateway.db.asSuperuser<{ key: Uuid; issuer: Uuid }>(
    'select k.id as key, i.id as issuer from api_keys k join token_issuers i using (tenant_id) where tenant_id = $1',
    [tenantId],
  );
  const ids = {
    ...kept!,
    tenant: tenantId,
    agent,
    channel,
    message,
    server,
    job,
    world,
    entity,
    run: turn!.id,
    session: session.sessionId as Uuid,
  };
  return { ...ids, room: ownId(agent, channel), ...(await keepBeside(gateway, tenantId, ids)) };
}

async function makeAgent(call: Call): Promise<Uuid> {
  const agent = { name: 'Bee', bio: 'Listens', system: CANARY, settings: { secrets: { TOKEN: CANARY }, note: CANARY } };
  const { id } = (await call('POST', '/api/agents', { agent })).body.data as { id: Uuid };
  await call('POST', `/api/agents/${id}/start`);
  return id;
}

async function makeChannel(call: Call, participantCentralUserIds: Uuid[]): Promise<{ channel: Uuid; server: Uuid }> {
  const made = await call('POST', '/api/messaging/message-servers', { name: CANARY, sourceType: 'test' });
  const server = made.body.data.server.id as Uuid;
  await call('POST', `/api/messaging/message-servers/${server}/agents`, { agentId: participantCentralUserIds[1] });
  const channel = await call('POST', '/api/messaging/channels', {
    ...{ name: CANARY, type: 'DM', message_server_id: server, participantCentralUserIds },
  });
  return { channel: channel.body.data.id as Uuid, server };
}

/** What no route makes: what agents learn and write down while they work, and what workers note. */
async function keepBeside(
  gateway: TestGateway,
  tenantId: Uuid,
  { agent, entity, run, channel }: Pick<Ids, 'agent' | 'entity' | 'run' | 'channel'>,
): Promise<Pick<Ids, 'memory' | 'log' | 'erasure'>> {
  const [memory, log] = [newId(), newId()];
  const fact = {
    id: memory,
    type: 'facts',
    content: { text: CANARY },
    metadata: {},
    isUnique: false,
    createdAt: new Date(),
  };
  await gateway.db.database.inTenant(tenantId, async (tenant) => {
    await tenant.memories.insert(agent, { ...fact, entityId: entity, roomId: ownId(agent, channel), worldId: null });
    await tenant.turns.beginEffect(run, 'mail');
  });
  const { id: erasure } = await gateway.db.database.inTenant(tenantId, (tenant) =>
    tenant.userErasures.request(newId()),
  );
  await new Dispatch(gateway.db.database).setShare(tenantId, 5);
  const file = { id: newId(), ownerKind: 'channel', ownerId: channel, file: `${CANARY}.png` } as const;
  const about = { originalName: CANARY, type: 'image/png', size: 1 };
  await new MediaPath(gateway.db.database).reserve(tenantId, { ...file, ...about }, 3_600_000);
  await gateway.db.database.inTenant(tenantId, (tenant) =>
    tenant.uploads.insert({ ...file, ...about, way: 'parts' }, 3_600_000),
  );
  await gateway.db.asSuperuser(
    'insert into media_uses select tenant_id, id, $2 from messages where tenant_id = $1 and channel_id = $3',
    [tenantId, file.id, channel],
  );
  await gateway.db.asSuperuser(
    `insert into agent_logs (tenant_id, agent_id, id, turn_id, type, entity_id, room_id, body, created_at)
     values ($1, $2, $3, $4, 'run_event', $5, $6, $7, now())`,
    [tenantId, agent, log, run, entity, ownId(agent, channel), JSON.stringify({ text: CANARY })],
  );
  return { memory, log, erasure };
}
