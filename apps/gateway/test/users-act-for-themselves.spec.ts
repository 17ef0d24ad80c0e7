import { DEFAULT_MESSAGE_SERVER_ID, derivedId, MASKED_SECRET, newId, type Uuid } from '@app/contracts';
import { aTenant, TestIssuer } from '@app/testing';
import { TestGateway, type Listener, type Reply } from './support.js';

const [ADA, BEN, EVE, NEW] = [newId(), newId(), newId(), newId()];
const FORBIDDEN = { status: 403, body: { error: { code: 'FORBIDDEN' } } };
const MISMATCH = { status: 403, body: { error: { code: 'ENTITY_MISMATCH' } } };

let gateway: TestGateway;
let tenant: Uuid;
let issuer: TestIssuer;
let agent: Uuid;

beforeAll(async () => {
  gateway = await TestGateway.start();
  tenant = await aTenant(gateway.db.database);
  issuer = await TestIssuer.shared(gateway.db.database, tenant, { entityClaim: 'entity', defaultScopes: ['*'] });
  const secrets = { KEY: 'canary' };
  const character = { name: 'Eliza', bio: 'Listens', system: 'Be kind', settings: { avatar: 'a.png', model: 'm' } };
  agent = await gateway.db.database.inTenant(tenant, async (scope) => {
    const id = newId();
    await scope.agents.insert({ id, name: 'Eliza', character, engine: 'native' });
    await scope.agents.setEnabled(id, true);
    await scope.agentSecrets.put(id, [{ name: 'KEY', keyId: 'k', ciphertext: Buffer.from(secrets.KEY) }]);
    return id;
  });
});
afterAll(() => gateway.close());

const tokenOf = (user: Uuid): Promise<string> => issuer.token(user, { entity: user, tenant });

async function as(user: Uuid, method: string, path: string, body?: unknown): Promise<Reply> {
  return gateway.call(method, path, body, { authorization: `Bearer ${await tokenOf(user)}` });
}

async function socketOf(user: Uuid): Promise<Listener> {
  return gateway.connect(user, { token: await tokenOf(user) });
}

/** A channel in which these take part, beside the first one who makes it. */
async function channelOf(user: Uuid, ...others: Uuid[]): Promise<Uuid> {
  const participantCentralUserIds = [user, ...others];
  const reply = await as(user, 'POST', '/api/messaging/channels', {
    ...{ name: 'Ours', message_server_id: DEFAULT_MESSAGE_SERVER_ID, participantCentralUserIds },
  });
  expect(reply.status).toBe(201);
  return reply.body.data.id as Uuid;
}

async function say(user: Uuid, channelId: Uuid, content: string, more: object = {}): Promise<Reply> {
  return as(user, 'POST', `/api/messaging/channels/${channelId}/messages`, { content, author_id: user, ...more });
}

const messagesOf = async (user: Uuid, channelId: Uuid): Promise<unknown[]> =>
  (await as(user, 'GET', `/api/messaging/channels/${channelId}/messages`)).body.data.messages as unknown[];

describe('an end user', () => {
  it('sees the channels it takes part in, and no others anywhere', async () => {
    const mine = await channelOf(ADA, agent);
    const foreign = await channelOf(BEN, agent);
    await say(BEN, foreign, 'between us');
    const { body } = await as(ADA, 'GET', `/api/messaging/message-servers/${DEFAULT_MESSAGE_SERVER_ID}/channels`);
    const ids = body.data.channels.map(({ id }: { id: Uuid }) => id);
    expect([ids.includes(mine), ids.includes(foreign)]).toEqual([true, false]);
    expect(await messagesOf(ADA, foreign)).toEqual([]);
    expect((await as(ADA, 'POST', '/api/messaging/messages/search', { query: 'between' })).body.data.messages).toEqual(
      [],
    );
    expect(
      (await as(BEN, 'POST', '/api/messaging/messages/search', { query: 'between' })).body.data.messages,
    ).toHaveLength(1);
  });

  it('takes part in whatever channel it makes, and makes none for others', async () => {
    const made = await as(ADA, 'POST', '/api/messaging/channels', {
      name: 'Alone',
      message_server_id: DEFAULT_MESSAGE_SERVER_ID,
    });
    expect((await as(ADA, 'GET', `/api/messaging/channels/${made.body.data.id}/participants`)).body.data).toEqual([
      ADA,
    ]);
    const forOthers = await as(ADA, 'POST', '/api/messaging/channels', {
      ...{ name: 'Theirs', message_server_id: DEFAULT_MESSAGE_SERVER_ID, participantCentralUserIds: [BEN, agent] },
    });
    expect(forOthers).toMatchObject(MISMATCH);
  });

  it('speaks and asks as itself alone', async () => {
    const channelId = await channelOf(ADA, BEN);
    expect(await say(ADA, channelId, 'hello', { author_id: BEN })).toMatchObject(MISMATCH);
    expect(await say(ADA, channelId, 'hello', { source_type: 'agent_response' })).toMatchObject(MISMATCH);
    expect(await as(ADA, 'POST', '/api/messaging/sessions', { agentId: agent, userId: BEN })).toMatchObject(MISMATCH);
    expect(await as(ADA, 'POST', '/api/messaging/jobs', { userId: BEN, content: 'x' })).toMatchObject(MISMATCH);
    const direct = `/api/messaging/dm-channel?currentUserId=${BEN}&targetUserId=${agent}`;
    expect(await as(ADA, 'GET', direct)).toMatchObject(MISMATCH);
    expect(await messagesOf(ADA, channelId)).toEqual([]);
    expect((await say(ADA, channelId, 'hello')).status).toBe(201);
  });

  it('cancels answers to what it said itself, and to nothing else', async () => {
    const channelId = await channelOf(ADA, BEN);
    const { body } = await say(ADA, channelId, 'hello');
    const path = `/api/messaging/channels/${channelId}/messages/${body.data.id}/cancel`;
    expect(await as(BEN, 'POST', path)).toMatchObject({ status: 403, body: { error: { code: 'FORBIDDEN' } } });
    expect(await as(EVE, 'POST', path)).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND' } } });
    expect(await as(ADA, 'POST', path)).toMatchObject({ status: 200, body: { data: { messageId: body.data.id } } });
  });

  it('gets and makes its own direct channel, also where somebody else has taken its name and id before', async () => {
    const ask = `/api/messaging/dm-channel?currentUserId=${ADA}&targetUserId=${agent}`;
    const name = `DM-${[ADA, agent].sort().join('-')}`;
    const squatted = derivedId(DEFAULT_MESSAGE_SERVER_ID, name);
    const eve = await socketOf(EVE);
    await eve.join(squatted, {
      messageServerId: DEFAULT_MESSAGE_SERVER_ID,
      metadata: { isDm: true, targetUserId: ADA },
    });
    await as(EVE, 'PATCH', `/api/messaging/channels/${squatted}`, { name });
    await as(EVE, 'POST', '/api/messaging/channels', {
      ...{
        name,
        type: 'DM',
        message_server_id: DEFAULT_MESSAGE_SERVER_ID,
        participantCentralUserIds: [EVE, ADA, agent],
      },
    });
    const { id } = (await as(ADA, 'GET', ask)).body.data;
    expect((await as(ADA, 'GET', ask)).body.data.id).toBe(id);
    const { data } = (await as(ADA, 'GET', `/api/messaging/channels/${id}/participants`)).body;
    expect(data.sort()).toEqual([ADA, agent].sort());
  });

  it('changes and deletes what it said, and nothing that others said', async () => {
    const channelId = await channelOf(ADA, BEN);
    const said = (await say(BEN, channelId, 'mine')).body.data.id;
    const path = `/api/messaging/channels/${channelId}/messages`;
    expect(await as(ADA, 'PATCH', `/api/messaging/messages/${said}`, { content: 'not yours' })).toMatchObject(
      FORBIDDEN,
    );
    expect(await as(ADA, 'DELETE', `${path}/${said}`)).toMatchObject(FORBIDDEN);
    expect(await as(ADA, 'DELETE', path)).toMatchObject(FORBIDDEN);
    expect(await as(ADA, 'DELETE', `/api/messaging/channels/${channelId}`)).toMatchObject(FORBIDDEN);
    expect(await messagesOf(ADA, channelId)).toMatchObject([{ content: 'mine' }]);
    expect((await as(BEN, 'PATCH', `/api/messaging/messages/${said}`, { content: 'still mine' })).status).toBe(200);
    expect((await as(BEN, 'DELETE', `${path}/${said}`)).status).toBe(204);
    expect(await messagesOf(ADA, channelId)).toEqual([]);
  });

  it('clears and deletes a channel that it has with agents alone', async () => {
    const channelId = await channelOf(ADA, agent);
    await say(ADA, channelId, 'hello');
    expect((await as(ADA, 'DELETE', `/api/messaging/channels/${channelId}/messages`)).status).toBe(204);
    expect((await as(ADA, 'DELETE', `/api/messaging/channels/${channelId}`)).status).toBe(204);
  });

  it('leaves a channel, takes agents out, and no other person', async () => {
    const channelId = await channelOf(ADA, BEN, agent);
    const path = `/api/messaging/channels/${channelId}`;
    expect(await as(ADA, 'DELETE', `${path}/agents/${BEN}`)).toMatchObject(FORBIDDEN);
    expect(await as(ADA, 'PATCH', path, { participantCentralUserIds: [ADA, agent] })).toMatchObject(FORBIDDEN);
    expect((await as(ADA, 'DELETE', `${path}/agents/${agent}`)).status).toBe(200);
    expect((await as(ADA, 'PATCH', path, { participantCentralUserIds: [BEN] })).status).toBe(200);
    expect(await as(ADA, 'GET', `${path}/details`)).toMatchObject({ status: 404 });
    expect((await as(BEN, 'GET', `${path}/participants`)).body.data).toEqual([BEN]);
  });

  it('sees of an agent what is for everybody', async () => {
    const { body } = await as(ADA, 'GET', `/api/agents/${agent}`);
    expect(body.data).toMatchObject({ name: 'Eliza', bio: 'Listens', settings: { avatar: 'a.png' }, status: 'active' });
    for (const hidden of ['Be kind', 'canary', 'KEY', MASKED_SECRET, '"model"']) {
      expect(JSON.stringify(body)).not.toContain(hidden);
    }
  });

  it.each([
    ['POST', '/api/agents'],
    ['PATCH', '/api/agents/:agent'],
    ['DELETE', '/api/agents/:agent'],
    ['POST', '/api/agents/:agent/stop'],
    ['DELETE', '/api/agents/:agent/memories'],
    ['GET', '/api/server/logs'],
    ['GET', '/api/system/env/local'],
    ['POST', '/api/messaging/ingest-external'],
    ['POST', '/api/messaging/submit'],
  ])('may not %s %s', async (method, path) => {
    const body = method === 'GET' ? undefined : {};
    expect(await as(ADA, method, path.replace(':agent', agent), body)).toMatchObject(FORBIDDEN);
  });

  it('has its own sessions and jobs, and to others they are not there', async () => {
    const session = (await as(ADA, 'POST', '/api/messaging/sessions', { agentId: agent, userId: ADA })).body.sessionId;
    const job = (await as(ADA, 'POST', '/api/messaging/jobs', { userId: ADA, content: 'x', agentId: agent })).body
      .jobId;
    for (const [user, status] of [
      [ADA, 200],
      [BEN, 404],
    ] as const) {
      expect((await as(user, 'GET', `/api/messaging/sessions/${session}`)).status).toBe(status);
      expect((await as(user, 'POST', `/api/messaging/sessions/${session}/heartbeat`)).status).toBe(status);
      expect((await as(user, 'GET', `/api/messaging/jobs/${job}`)).status).toBe(status);
    }
    expect((await as(BEN, 'GET', '/api/messaging/jobs/health')).body.totalJobs).toBe(0);
    expect((await as(BEN, 'DELETE', `/api/messaging/sessions/${session}`)).status).toBe(404);
    expect((await as(ADA, 'DELETE', `/api/messaging/sessions/${session}`)).status).toBe(200);
  });

  it('sees rooms, runs and memories of its channels', async () => {
    const channelId = await channelOf(BEN, agent);
    await say(BEN, channelId, 'Eliza, remember this');
    const count = async (user: Uuid, path: string): Promise<number> => {
      const { data } = (await as(user, 'GET', `/api/agents/${agent}/${path}`)).body;
      return (data.rooms ?? data.memories ?? data.runs).length as number;
    };
    for (const path of ['rooms', `rooms/${channelId}/memories`, 'runs']) {
      expect([path, await count(NEW, path), (await count(BEN, path)) > 0]).toEqual([path, 0, true]);
    }
    expect(await as(NEW, 'GET', `/api/agents/${agent}/rooms/${channelId}`)).toMatchObject({ status: 404 });
    expect(await as(BEN, 'GET', `/api/agents/${agent}/rooms/${channelId}`)).toMatchObject({ status: 200 });
  });
});

describe('the socket of an end user', () => {
  it('joins its own channels, makes one by joining, and claims nobody else', async () => {
    const ada = await socketOf(ADA);
    await ada.join(await channelOf(ADA, agent));
    const fresh = newId();
    await ada.join(fresh, { messageServerId: DEFAULT_MESSAGE_SERVER_ID });
    expect((await as(ADA, 'GET', `/api/messaging/channels/${fresh}/participants`)).body.data).toEqual([ADA]);
    ada.socket.emit('1', { channelId: fresh, entityId: BEN });
    await ada.next('messageError', ({ code }) => code === 'ENTITY_MISMATCH');
    ada.socket.emit('2', {
      ...{ channelId: fresh, messageServerId: DEFAULT_MESSAGE_SERVER_ID, senderId: BEN, message: 'I am Ben' },
    });
    await ada.next('messageError', ({ code, channelId }) => code === 'ENTITY_MISMATCH' && channelId === fresh);
    expect(await messagesOf(ADA, fresh)).toEqual([]);
  });

  it('is told nothing of a channel of others, nor of what stands in the log', async () => {
    const foreign = await channelOf(BEN, agent);
    const ada = await socketOf(ADA);
    ada.socket.emit('1', { channelId: foreign, messageServerId: DEFAULT_MESSAGE_SERVER_ID });
    await ada.next('messageError', ({ code }) => code === 'CHANNEL_NOT_FOUND');
    ada.socket.emit('subscribe_logs');
    await ada.next('messageError', ({ code }) => code === 'FORBIDDEN');
    await say(BEN, foreign, 'secret');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(ada.all('messageBroadcast')).toEqual([]);
  });

  it.each(['PATCH', 'DELETE'])('hears no more when its user is taken out by %s', async (method) => {
    const channelId = await channelOf(ADA, BEN);
    const path = `/api/messaging/channels/${channelId}`;
    const [ada, ben] = [await socketOf(ADA), await socketOf(BEN)];
    await Promise.all([ada.join(channelId), ben.join(channelId)]);
    await say(ADA, channelId, 'before');
    await ada.next('messageBroadcast', ({ text }) => text === 'before');
    if (method === 'PATCH') await as(ADA, 'PATCH', path, { participantCentralUserIds: [BEN] });
    else await as(ADA, 'DELETE', `${path}/agents/${ADA}`);
    await ada.next('channelUpdated');
    await new Promise((resolve) => setTimeout(resolve, 100));
    await say(BEN, channelId, 'after');
    await ben.next('messageBroadcast', ({ text }) => text === 'after');
    expect(ada.all('messageBroadcast').map(({ text }) => text as string)).toEqual(['before']);
    ada.socket.emit('2', {
      ...{ channelId, messageServerId: DEFAULT_MESSAGE_SERVER_ID, senderId: ADA, message: 'still here?' },
    });
    await ada.next('messageError', ({ code }) => code === 'CHANNEL_NOT_FOUND');
  });
});
