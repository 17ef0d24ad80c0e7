import { LONG, SEED } from '@app/testing';
import { DEVIATIONS } from './contract-deviations.js';
import { dot } from './dot.js';
import { Fleet, type Reply } from './fleet.js';
import { differences } from './likeness.js';
import { exchangesOf, recordingNames, type Exchange } from './recordings.js';
import { Ids } from './ids.js';

const SEEDS = SEED !== undefined ? [SEED] : LONG ? [11, 12, 13] : [11];

/** In an order in which each finds what it speaks of. */
const ORDER = [
  ...['health', 'healthz', 'api-404'],
  ...['agents.listAgents', 'agents.listAgents.allHeaders', 'agents.getAgent', 'agents.getAgent.badId'],
  ...['agents.getAgent.missing', 'agents.createAgent', 'agents.createAgent.empty', 'agents.startAgent'],
  ...['agents.startAgent.again', 'agents.updateAgent', 'agents.stopAgent', 'agents.stopAgent.notRunning'],
  ...['agents.getAgentPanels', 'agents.createWorld', 'agents.getWorlds', 'agents.addAgentToWorld'],
  ...['messaging.getCurrentMessageServer', 'messaging.listMessageServers', 'messaging.createMessageServer'],
  ...['agents.addAgentToMessageServer', 'agents.getAgentsForMessageServer', 'agents.getMessageServersForAgent'],
  ...['agents.removeAgentFromMessageServer.other', 'messaging.deleteMessageServer'],
  ...['messaging.syncMessageServerChannels', 'messaging.createChannel', 'messaging.createGroupChannel'],
  ...['messaging.createGroupChannel.dm', 'messaging.getMessageServerChannels', 'messaging.getOrCreateDmChannel'],
  ...['messaging.getOrCreateDmChannel.self', 'messaging.getChannelDetails', 'messaging.getChannelDetails.missing'],
  ...['messaging.getChannelParticipants', 'messaging.updateChannel', 'messaging.channelMessage.badTransport'],
  ...['messaging.channelMessage.noAgent', 'messaging.submit', 'messaging.submitMessage', 'messaging.action'],
  ...['messaging.action.patch', 'messaging.ingestExternal', 'messaging.ingestExternalMessages'],
  ...['messaging.postMessage', 'messaging.channelMessage.websocket', 'messaging.getChannelMessages'],
  ...['messaging.generateChannelTitle', 'messaging.getMessage', 'messaging.searchMessages'],
  ...['messaging.updateMessage', 'messaging.completeMessage', 'runs.listRuns', 'runs.getRun', 'agents.getAgentLogs'],
  ...['agents.deleteAgentLog', 'messaging.deleteMessage', 'messaging.removeAgentFromChannel'],
  ...['messaging.addAgentToChannel', 'messaging.addUserToChannel', 'messaging.getChannelParticipants.afterAddUser'],
  ...['media.uploadAgentMedia', 'media.uploadAgentMedia.badType', 'media.uploadChannelMedia'],
  ...['messaging.deleteChannel', 'agents.deleteAgent'],
];

/** Replayed over a socket, in sockets-are-at-home.spec.ts. */
const ON_SOCKETS = ['socket-turn'];

it('knows every recording', () => {
  expect([...ORDER, ...ON_SOCKETS].sort()).toEqual(recordingNames().sort());
});

it('has no deviation of a recording that does not exist', () => {
  const named = DEVIATIONS.flatMap(({ recordings = {} }) => Object.keys(recordings));
  expect(named.filter((name) => !recordingNames().includes(name))).toEqual([]);
});

describe.each(SEEDS)('what ElizaOS answered, asked of a gateway that seed %i chooses,', (seed) => {
  let fleet: Fleet;
  const ids = new Ids();

  beforeAll(async () => {
    fleet = await Fleet.start(seed, { media: true });
    ids.learn(MOCKY, await mocky(fleet));
  }, 60_000);
  afterAll(() => fleet?.close());

  it.each(ORDER)('%s', async (name) => {
    const found: string[] = [];
    for (const { request, ...recorded } of exchangesOf(name)) {
      await prepare(fleet, name, ids);
      const { method, path, body } = ids.translate(request);
      const reply = await (body === FORM ? fleet.upload(path, fileOf(name)) : fleet.call(method, path, body));
      found.push(...differencesOf(reply, recorded));
      ids.learn(recorded.body, reply.body);
    }
    expect(found.sort()).toEqual(known(name).sort());
  });
});

/** How recordings write a form with a file. */
const FORM = '(multipart form)';

function fileOf(name: string): File {
  return name.endsWith('.badType') ? new File(['MZ'], 'x.exe', { type: 'application/x-msdownload' }) : dot();
}

/** The agent of the recordings. */
const MOCKY = '371d33c7-d6cf-00be-a5d7-9aac3a0cfa02';

async function mocky(fleet: Fleet): Promise<string> {
  const agent = { name: 'Mocky', system: 'You are a mock.', bio: ['A mock agent that answers at once.'], plugins: [] };
  const { body } = await fleet.call('POST', '/api/agents', { agent: { ...agent, settings: { secrets: { A: 'b' } } } });
  await fleet.call('POST', `/api/agents/${body.data.id}/start`);
  return body.data.id as string;
}

/** What stood there already when an exchange was recorded. */
async function prepare(fleet: Fleet, name: string, ids: Ids): Promise<void> {
  if (name !== 'messaging.getChannelMessages') return;
  const { request } = exchangesOf('messaging.channelMessage.websocket')[0]!;
  const { path, body } = ids.translate(request);
  const asked = { ...(body as object), source_type: 'eliza_gui', transport: 'http' };
  expect((await fleet.call('POST', path, asked)).status).toBe(201);
}

function differencesOf(reply: Reply, { status, headers, body }: Omit<Exchange, 'request'>): string[] {
  if (status >= 400 && reply.status >= 400) return [...ofStatus(reply, status), ...ofUniformError(reply)];
  if (status !== reply.status) return ofStatus(reply, status);
  const missing = Object.keys(headers).filter((header) => !reply.headers.has(header) && !LIMITS.test(header));
  return [...missing.map((header) => `header ${header}: missing`), ...differences(reply.body, body)];
}

/** What is left of a limit is told where limits are on. */
const LIMITS = /^ratelimit-/;

function ofStatus(reply: Reply, status: number): string[] {
  return reply.status === status ? [] : [`status: ${reply.status} for ${status}`];
}

/** Errors have one shape here, whichever of its shapes ElizaOS chose. */
function ofUniformError({ body }: Reply): string[] {
  return differences(body, { success: false, error: { code: '', message: '', requestId: '' } });
}

function known(name: string): string[] {
  return DEVIATIONS.flatMap(({ recordings = {} }) => recordings[name] ?? []);
}
