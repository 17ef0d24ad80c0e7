import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { DEFAULT_MESSAGE_SERVER_ID, newId } from '@app/contracts';
import { Cluster, LONG, makeAgent, makeChannel, SEED, startOpenAiServer, type OpenAiServer } from '@app/testing';
import fc from 'fast-check';
import { ApiDocument, type Exchange, type Operation } from './api/api-document.js';
import { StrangeCalls, type StrangeCall } from './api/strange-calls.js';

/** Of the ways in which one part of a request may be wrong, so many are tried: all of them when there is time. */
const TRIED = LONG ? Infinity : 5;
const SIDE_BY_SIDE = 8;

/** Refusals with a status of five hundred and more that are no fault of ours. */
const HONEST = new Set(['TEE_NOT_AVAILABLE', 'TURN_TIMEOUT']);

/** What tells of our inside. */
const INSIDE =
  /node_modules|\.(?:js|ts):\d+|\bat (?:async )?\w+[.\w]* \(|QueryFailed|TypeORM|\bselect\b.*\bfrom\b|\binsert into\b|\brelation "|\bcolumn "|syntax error|violates|invalid input|out of range|ECONN|EPIPE|Cannot read prop|is not a function|undefined|\[object|_OPENAPI/i;

const KIB = 1_024;
const MAY_GROW_KIB = 400 * KIB;

describe('strange input, made from the document', () => {
  let cluster: Cluster;
  let speech: OpenAiServer;
  let api: ApiDocument;
  let seed: number;
  let ids: Record<string, string>;

  beforeAll(async () => {
    seed = SEED ?? Math.floor(Math.random() * 2 ** 31);
    speech = await startOpenAiServer({ transcript: 'Hello' });
    const env = { ANSWER_WAIT_MS: '200', ANSWER_STREAM_MS: '200', OPENAI_AUDIO_BASE_URL: speech.url };
    cluster = await Cluster.start({ gateways: 1, workers: 1, media: true, env });
    api = await ApiDocument.of(cluster.url(1));
    await furnish();
  }, 60_000);

  afterAll(async () => {
    await cluster?.close();
    await speech?.close();
  });

  /** Something for calls to find. */
  async function furnish(): Promise<void> {
    const agentId = await makeAgent(cluster.database, cluster.tenantId, `Agent ${newId()}`);
    const channelId = await makeChannel(cluster.database, cluster.tenantId, { participants: [agentId] });
    ids = { agentId, channelId, channel_id: channelId, serverId: DEFAULT_MESSAGE_SERVER_ID };
    ids['message_server_id'] = ids['server_id'] = ids['messageServerId'] = DEFAULT_MESSAGE_SERVER_ID;
    const made = async (path: string, body: object): Promise<Record<string, string>> => {
      const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
      const answer = (await (await fetch(cluster.url(1) + path, json)).json()) as Record<string, string>;
      return { ...answer, ...(answer['data'] as unknown as Record<string, string>) };
    };
    ids['messageId'] = (await made(`/api/messaging/channels/${channelId}/messages`, { content: 'Hello' }))['id']!;
    ids['sessionId'] = (await made('/api/messaging/sessions', { agentId, userId: newId() }))['sessionId']!;
    ids['jobId'] = (await made('/api/messaging/jobs', { agentId, userId: newId(), content: 'Hello' }))['jobId']!;
    const form = new FormData();
    form.append('file', new Blob(['Hello'], { type: 'text/plain' }), 'hello.txt');
    const upload = await fetch(`${cluster.url(1)}/api/media/agents/${agentId}/upload-media`, {
      method: 'POST',
      body: form,
    });
    ids['file'] = ((await upload.json()) as { data: { filename: string } }).data.filename;
    ids['roomId'] = (await made(`/api/memory/${agentId}/rooms`, { name: 'Room' }))['id']!;
    expect(Object.values(ids)).not.toContain(undefined);
  }

  async function send({ method, path, headers, body }: StrangeCall): Promise<Exchange> {
    const response = await fetch(cluster.url(1) + path, { method, headers, body });
    return { method, path, status: response.status, headers: response.headers, text: await response.text() };
  }

  /** As every client should: a machine that is busy may say that a store is away, or close a connection as it is used. */
  async function patiently(call: StrangeCall): Promise<Exchange> {
    const exchange = await send(call).catch(() => undefined);
    if (exchange && exchange.status !== 503) return exchange;
    await delay(1_000);
    return send(call);
  }

  /** What is wrong with an answer, whatever was asked. */
  function faultsOf(exchange: Exchange): string[] {
    const { status, text } = exchange;
    const faults: string[] = [];
    if (status >= 400) {
      const { success, error } = parsed(text);
      if (success !== false || typeof error?.['code'] !== 'string')
        faults.push(`${status} without an error object: ${text.slice(0, 200)}`);
      if (typeof error?.['requestId'] !== 'string') faults.push('no request id');
      if (status >= 500 && !HONEST.has(String(error?.['code']))) faults.push(`${status} ${text.slice(0, 200)}`);
      if (INSIDE.test(text)) faults.push(`it tells of our inside: ${text.slice(0, 400)}`);
    }
    return [...faults, ...(api.find(exchange.method, exchange.path) ? api.faultsOf(exchange) : [])];
  }

  async function tryAll(calls: StrangeCall[]): Promise<string[]> {
    const faults: string[] = [];
    const open = [...calls].reverse();
    const work = async (): Promise<void> => {
      for (let call = open.pop(); call; call = open.pop()) {
        const { name } = call;
        const found = await patiently(call).then(faultsOf, (error: Error) => [
          `no answer: ${error.message} ${String(error.cause)}`,
        ]);
        faults.push(...found.map((fault) => `${name}\n    ${fault}`));
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
    return faults;
  }

  /** Those that take something away come last. */
  const order = ({ method }: Operation): number => (method === 'DELETE' ? 1 : 0);

  it(
    'is answered with a refusal in the one shape, never with a fault of ours, and nobody dies of it',
    async () => {
      const strange = new StrangeCalls(api, (name) => ids[name] ?? newId());
      const operations = api.operations.filter(({ about }) => !about.deprecated).sort((a, b) => order(a) - order(b));
      const groups = operations.flatMap((operation) => strange.of(operation));
      const calls = groups.flatMap((group, index) => some(group, seed + index));
      expect(groups.length).toBeGreaterThan(300);
      const before = memoryOf(cluster.gateway(1).pid);

      const faults = await tryAll(calls);

      cluster.assertAlive();
      expect({ seed, faults: faults.slice(0, 60), of: faults.length }).toEqual({ seed, faults: [], of: 0 });
      for (const { lines } of [cluster.gateway(1), cluster.media!])
        expect(lines.filter((line) => /"level":(50|60)/.test(line))).toEqual([]);
      expect(memoryOf(cluster.gateway(1).pid) - before).toBeLessThan(MAY_GROW_KIB);
      expect((await fetch(`${cluster.url(1)}/healthz`)).status).toBe(200);
    },
    LONG ? 900_000 : 180_000,
  );
});

interface Refusal {
  success?: boolean;
  error?: Record<string, unknown>;
}

function parsed(text: string): Refusal {
  try {
    return JSON.parse(text) as Refusal;
  } catch {
    return {};
  }
}

/** Some of these, chosen by the seed. */
function some<T>(all: T[], seed: number): T[] {
  const length = Math.min(all.length, TRIED);
  return fc.sample(fc.shuffledSubarray(all, { minLength: length, maxLength: length }), { seed, numRuns: 1 })[0]!;
}

/** Resident memory of a process in KiB; 0 where the system does not tell. */
function memoryOf(pid: number): number {
  const status = `/proc/${pid}/status`;
  if (!existsSync(status)) return 0;
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(status, 'utf8'))?.[1] ?? 0);
}
