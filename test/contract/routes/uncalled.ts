import { DEFAULT_MESSAGE_SERVER_ID, newId } from '@app/contracts';
import { soundOf } from '@app/testing';
import { dot } from '../dot.js';
import { NUMBER, SPOKEN, TEXT, type Call, type World } from '../world.js';

const REFUSED = { success: false, error: { code: TEXT, message: TEXT, requestId: TEXT } };

/** Routes, and ways to call them, that no method of ElizaOS's client knows. */
export const UNCALLED: Record<string, Call> = {
  'GET /health': async ({ fleet }) => {
    const { status, body } = await fleet.call('GET', '/health');
    expect([status, body]).toMatchObject([200, { status: 'OK', version: TEXT, agentCount: NUMBER }]);
  },
  'GET /healthz': async ({ fleet }) => {
    const { status, body } = await fleet.call('GET', '/healthz');
    expect([status, body]).toEqual([200, { status: 'ok', timestamp: TEXT }]);
  },
  'GET /api/system/version': async ({ fleet }) => {
    const { body } = await fleet.call('GET', '/api/system/version');
    const version = { version: '1.7.2', source: 'server', timestamp: TEXT, environment: TEXT, uptime: NUMBER };
    expect(body).toEqual(version);
  },
  'GET /api/system/config': async ({ fleet }) => {
    const { body } = await fleet.call('GET', '/api/system/config');
    expect(body).toEqual({ success: true, data: { requiresAuth: false } });
  },
  'GET /api/tee/:path': async ({ fleet }) => {
    const { status, body } = await fleet.call('GET', '/api/tee/quote');
    expect([status, body]).toMatchObject([501, { ...REFUSED, error: { code: 'TEE_NOT_AVAILABLE' } }]);
  },
  'GET /api/agents/:agentId/plugins/:path': async ({ fleet, agent }) => {
    const { status, body } = await fleet.call('GET', `/api/agents/${agent}/plugins/some/route?agentId=${agent}`);
    expect([status, body]).toMatchObject([404, REFUSED]);
  },
  'GET /api/messaging/channels/:channelId/agents': async (world) => {
    const channelId = await world.channel();
    const { body } = await world.fleet.call('GET', `/api/messaging/channels/${channelId}/agents`);
    expect(body).toEqual({ success: true, data: { channelId, participants: [world.user, world.agent] } });
  },
  'GET /api/messaging/central-servers': async ({ fleet }) => {
    const { body } = await fleet.call('GET', '/api/messaging/central-servers');
    expect(body.data.servers).toContainEqual(expect.objectContaining({ id: DEFAULT_MESSAGE_SERVER_ID }));
  },
  'GET /api/messaging/central-servers/:serverId/channels': async (world) => {
    const id = await world.channel();
    const path = `/api/messaging/central-servers/${DEFAULT_MESSAGE_SERVER_ID}/channels`;
    const { body } = await world.fleet.call('GET', path);
    expect(body.data.channels).toContainEqual(expect.objectContaining({ id }));
  },
  'POST /api/messaging/servers': async ({ fleet }) => {
    const { status, body } = await fleet.call('POST', '/api/messaging/servers', { name: 'Old', sourceType: 'test' });
    expect([status, body]).toMatchObject([201, { data: { server: { id: TEXT, name: 'Old' } } }]);
  },
  'GET /api/messaging/servers/:serverId/agents': async (world) => {
    await withOldServer(world, async (path) => {
      expect((await world.fleet.call('GET', path)).body.data.agents).toEqual([world.agent]);
    });
  },
  'POST /api/messaging/servers/:serverId/agents': async (world) => {
    await withOldServer(world, async (path) => {
      expect((await world.fleet.call('POST', path, { agentId: await world.newAgent() })).status).toBe(201);
    });
  },
  'DELETE /api/messaging/servers/:serverId/agents/:agentId': async (world) => {
    await withOldServer(world, async (path) => {
      expect((await world.fleet.call('DELETE', `${path}/${world.agent}`)).status).toBe(200);
      expect((await world.fleet.call('GET', path)).body.data.agents).toEqual([]);
    });
  },
  'GET /api/messaging/central-channels/:channelId/details': async (world) => {
    const id = await world.channel();
    const { body } = await world.fleet.call('GET', `/api/messaging/central-channels/${id}/details`);
    expect(body).toMatchObject({ success: true, data: { id, name: 'Channel' } });
  },
  'POST /api/messaging/central-channels/:channelId/messages': async (world) => {
    const id = await world.channel();
    const path = `/api/messaging/central-channels/${id}/messages`;
    const said = { author_id: world.user, content: 'Hello', server_id: DEFAULT_MESSAGE_SERVER_ID, mode: 'sync' };
    const { status, body } = await world.fleet.call('POST', path, said);
    expect([status, body]).toMatchObject([201, { agentResponse: { text: 'echo: Hello' } }]);
  },
  'POST /api/messaging/action': async (world) => {
    await withAction(world, async ({ id }) => {
      const found = await world.client.messaging.getMessage(id);
      expect(found).toMatchObject({ id, sourceType: 'agent_action', rawMessage: { actionStatus: 'executing' } });
    });
  },
  'PATCH /api/messaging/action/:messageId': async (world) => {
    await withAction(world, async ({ id }) => {
      const change = { content: 'Done', raw_message: { actionStatus: 'completed' } };
      const { status, body } = await world.fleet.call('PATCH', `/api/messaging/action/${id}`, change);
      expect([status, body.data]).toMatchObject([200, { id, content: 'Done', rawMessage: change.raw_message }]);
    });
  },
  'POST /api/messaging/channels/:channelId/messages': async (world) => {
    const { status, body } = await world.post(await world.channel(), { transport: 'http' });
    const agentResponse = { text: 'echo: Hello', actions: ['REPLY'], providers: [], simple: true, responseId: TEXT };
    expect([status, body]).toMatchObject([201, { success: true, userMessage: { id: TEXT }, agentResponse }]);
    const streamed = await world.post(await world.channel(), { transport: 'sse' });
    expect(streamed.headers.get('content-type')).toContain('text/event-stream');
    expect(withoutPieces(streamed.text)).toEqual(['user_message', 'done']);
    await sayAnew(world);
  },
  'POST /api/messaging/sessions/:sessionId/messages': async (world) => {
    const path = `${await session(world)}/messages`;
    const { text } = await world.fleet.call('POST', path, { content: 'Hello', transport: 'sse' });
    expect(withoutPieces(text)).toEqual(['user_message', 'done']);
  },
  'POST /api/messaging/sessions/:sessionId/renew': async (world) => {
    const { status, body } = await world.fleet.call('POST', `${await session(world)}/renew`);
    expect([status, body]).toMatchObject([200, { sessionId: TEXT, renewalCount: 1 }]);
  },
  'POST /api/messaging/sessions/:sessionId/heartbeat': async (world) => {
    const { status, body } = await world.fleet.call('POST', `${await session(world)}/heartbeat`);
    expect([status, body]).toMatchObject([200, { sessionId: TEXT, lastActivity: TEXT }]);
  },
  'PATCH /api/messaging/sessions/:sessionId/timeout': async (world) => {
    const { status, body } = await world.fleet.call('PATCH', `${await session(world)}/timeout`, { timeoutMinutes: 60 });
    expect([status, body]).toMatchObject([200, { timeoutConfig: { timeoutMinutes: 60 } }]);
    const wrong = await world.fleet.call('PATCH', `${await session(world)}/timeout`, { timeoutMinutes: 1 });
    expect([wrong.status, wrong.body.error.code]).toEqual([400, 'VALIDATION_ERROR']);
  },
  'POST /api/media/channels/:channelId/upload-media': async (world) => {
    const channelId = await world.channel();
    const { status, body } = await world.fleet.upload(`/api/media/channels/${channelId}/upload-media`, dot());
    expect([status, body.data]).toMatchObject([200, { type: 'image/png', originalName: 'dot.png' }]);
  },
  'POST /api/audio/:agentId/audio-messages': async ({ fleet, agent }) => {
    const recording = new File([soundOf('anything', 'wav')], 'said.wav', { type: 'audio/wav' });
    const { status, body } = await fleet.upload(`/api/audio/${agent}/audio-messages`, recording);
    expect([status, body.data]).toEqual([200, { transcription: SPOKEN, message: TEXT }]);
  },
  'GET /media/generated/:agentId/:file': async ({ fleet, agent }) => {
    const { status, body } = await fleet.call('GET', `/media/generated/${agent}/nothing.png`);
    expect([status, body]).toMatchObject([404, REFUSED]);
  },
  'the routes of memory under /api/agents': async (world) => {
    const { channelId } = await world.turn();
    for (const path of ['memories', 'rooms', `rooms/${channelId}/memories`]) {
      const [here, there] = await Promise.all(
        ['memory', 'agents'].map((base) => world.fleet.call('GET', `/api/${base}/${world.agent}/${path}`)),
      );
      expect(there!.status).toBe(200);
      expect(there!.body).toEqual(here!.body);
    }
  },
};

/**
 * An answer that breaks off and begins again: who heard the beginning is told to forget it. On a busy machine nothing may
 * have been heard yet; then it is tried again.
 */
async function sayAnew(world: World): Promise<void> {
  const content = 'One two three four #fail=world:1 #after=2';
  for (let tries = 1; ; tries++) {
    const { text } = await world.post(await world.channel(), { content, transport: 'sse' });
    const phases = phasesOf(text);
    if (phases.includes('reset') || tries === 5) {
      expect(phases).toEqual(['user_message', 'chunk', 'reset', 'chunk', 'done']);
      return;
    }
    expect(withoutPieces(text)).toEqual(['user_message', 'done']);
  }
}

/** The events of a stream but for pieces: an answer may be stored before they come this way, and then there are none. */
function withoutPieces(stream: string): string[] {
  return phasesOf(stream).filter((phase) => phase !== 'chunk');
}

/** The events of a stream, those that follow their like left out. */
function phasesOf(stream: string): string[] {
  const events = [...stream.matchAll(/^event: (\w+)$/gm)].map(([, event]) => event!);
  return events.filter((event, index) => event !== events[index - 1]);
}

async function withOldServer(world: World, work: (path: string) => Promise<void>): Promise<void> {
  const { server } = await world.client.messaging.createMessageServer({ name: 'Old name', sourceType: 'test' });
  await world.client.agents.addAgentToMessageServer(server.id, world.agent);
  await work(`/api/messaging/servers/${server.id}/agents`);
}

async function withAction(world: World, work: (row: { id: string }) => Promise<void>): Promise<void> {
  const given = {
    ...{ messageId: newId(), channel_id: await world.channel(), message_server_id: DEFAULT_MESSAGE_SERVER_ID },
    ...{ author_id: world.agent, content: 'Executing action: X', source_type: 'agent_action' },
    ...{ raw_message: { actionStatus: 'executing', actions: ['X'] } },
  };
  const { status, body } = await world.fleet.call('POST', '/api/messaging/action', given);
  expect([status, body.data.id]).toEqual([201, given.messageId]);
  await work(body.data as { id: string });
}

async function session({ client, agent, user }: World): Promise<string> {
  const { sessionId } = await client.sessions.createSession({ agentId: agent, userId: user });
  return `/api/messaging/sessions/${sessionId}`;
}
