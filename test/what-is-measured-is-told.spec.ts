import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Cluster, conversation, type FleetProcess, freePort, talk, until } from '@app/testing';

const PAGE = path.resolve(__dirname, '../docs/metrics.md');
const BEGIN = '<!-- metrics: npm run docs -->';
const END = '<!-- end of metrics -->';

/** What a process tells, by the kind of the process. */
type Scrapes = Record<'gateway' | 'agent-worker' | 'media-service', string>;

async function scrape(one: FleetProcess): Promise<string> {
  return (await fetch(`http://127.0.0.1:${one.options.env['INTERNAL_PORT']}/metrics`)).text();
}

/** The sum of all series of that name whose labels are among others these. */
function told(text: string, name: string, labels: Record<string, string> = {}): number | undefined {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => wanted.every((label) => line.includes(label)));
  return lines.length === 0 ? undefined : lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** What the page says: our own metrics, with the process that tells them, where it is one alone. */
function table(scrapes: Scrapes): string {
  const rows = new Map<string, { cells: string[]; by: Set<string> }>();
  for (const [by, text] of Object.entries(scrapes)) {
    for (const [, name, help] of text.matchAll(/^# HELP (eliza_\S+) (.*)$/gm)) {
      const kind = new RegExp(`^# TYPE ${name} (\\S+)$`, 'm').exec(text)?.[1] ?? '';
      const row = rows.get(name!) ?? { cells: [`\`${name}\``, kind, help!.replaceAll('|', '\\|')], by: new Set() };
      row.by.add(by);
      rows.set(name!, row);
    }
  }
  const lines = [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { cells, by }]) => `| ${[...cells, by.size === 1 ? [...by].join() : 'any'].join(' | ')} |`);
  return ['| Metric | Kind | What it tells | Process |', '| --- | --- | --- | --- |', ...lines].join('\n');
}

describe('what a process measures', () => {
  let cluster: Cluster;
  let scrapes: Scrapes;

  beforeAll(async () => {
    const names = ['gateway-1', 'gateway-2', 'worker-1', 'media-1'];
    const ports = await Promise.all(names.map(async (name) => [name, { INTERNAL_PORT: String(await freePort()) }]));
    const env = { RATE_LIMITS: 'on', SWEEP_INTERVAL_MS: '300' };
    cluster = await Cluster.start({ gateways: 2, workers: 1, media: true, env, envOf: Object.fromEntries(ports) });
    const room = await conversation(cluster, { channels: 2, senders: 2 });
    await talk(room, 10, 'hello #chunks=3');
    await fetch(`${cluster.url(1)}/api/agents/${room.agentId}`);
    await fetch(`${cluster.url(1)}/no/such/place`);
    const picture = new FormData();
    picture.append('file', new Blob(['words'], { type: 'text/plain' }), 'words.txt');
    await fetch(`${cluster.url(1)}/api/media/agents/${room.agentId}/upload-media`, { method: 'POST', body: picture });
    const [gateway, worker, media] = [cluster.gateway(1), cluster.worker(1), cluster.media!];
    await until('all is settled', async () => {
      const settled = told(await scrape(worker), 'eliza_turn_attempts_total', { end: 'completed' });
      return settled !== undefined && settled >= 10;
    });
    await until('the backlog was counted', async () => told(await scrape(worker), 'eliza_turns') === 0);
    scrapes = {
      gateway: (await scrape(gateway)) + (await scrape(cluster.gateway(2))),
      'agent-worker': await scrape(worker),
      'media-service': await scrape(media),
    };
  }, 90_000);

  afterAll(() => cluster?.close());

  it('stands on the page about metrics, all of it and nothing else', () => {
    const page = readFileSync(PAGE, 'utf8');
    const [before, rest = ''] = page.split(BEGIN);
    const after = rest.split(END)[1];
    const expected = `${before}${BEGIN}\n<!-- prettier-ignore-start -->\n\n${table(scrapes)}\n\n<!-- prettier-ignore-end -->\n${END}${after}`;
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(PAGE, expected);
    else expect(page).toBe(expected);
  });

  it.each<[keyof Scrapes, string, Record<string, string>]>([
    ['gateway', 'eliza_http_requests_total', { route: '/api/agents/:agentId', status: '2xx', method: 'GET' }],
    ['gateway', 'eliza_http_requests_total', { route: 'none', status: '4xx' }],
    ['gateway', 'eliza_http_request_duration_seconds_count', { route: '/api/agents/:agentId' }],
    ['gateway', 'eliza_socket_events_total', { event: 'join', outcome: 'done' }],
    ['gateway', 'eliza_socket_events_total', { event: 'send', outcome: 'done' }],
    ['gateway', 'eliza_socket_event_duration_seconds_count', { event: 'send' }],
    ['gateway', 'eliza_socket_handshakes_total', { outcome: 'welcome' }],
    ['gateway', 'eliza_sockets', {}],
    ['gateway', 'eliza_rooms', {}],
    ['gateway', 'eliza_messages_total', { outcome: 'stored' }],
    ['gateway', 'eliza_tenant_messages', {}],
    ['gateway', 'eliza_broadcasts_sent_total', { event: 'messageBroadcast', outcome: 'published' }],
    ['gateway', 'eliza_broadcasts_heard_total', { event: 'messageStreamChunk' }],
    ['gateway', 'eliza_broadcast_lag_seconds_count', { kind: 'chunk' }],
    ['gateway', 'eliza_limit_decisions_total', { by: 'shared', verdict: 'allowed' }],
    ['gateway', 'eliza_postgres_duration_seconds_count', { door: 'statement' }],
    ['gateway', 'eliza_postgres_connections', {}],
    ['gateway', 'eliza_postgres_connections_most', {}],
    ['gateway', 'eliza_redis_duration_seconds_count', { doing: 'enqueue', outcome: 'done' }],
    ['gateway', 'eliza_redis_duration_seconds_count', { doing: 'limits', outcome: 'done' }],
    ['gateway', 'eliza_redis_connections', { state: 'ready' }],
    ['gateway', 'nodejs_eventloop_lag_p99_seconds', {}],
    ['agent-worker', 'eliza_turn_attempts_total', { end: 'completed' }],
    ['agent-worker', 'eliza_turn_wait_seconds_count', {}],
    ['agent-worker', 'eliza_turn_duration_seconds_count', { stage: 'run' }],
    ['agent-worker', 'eliza_turn_duration_seconds_count', { stage: 'settle' }],
    ['agent-worker', 'eliza_turn_duration_seconds_count', { stage: 'whole' }],
    ['agent-worker', 'eliza_model_calls_total', { provider: 'scripted', outcome: 'done' }],
    ['agent-worker', 'eliza_model_call_duration_seconds_count', { provider: 'scripted' }],
    ['agent-worker', 'eliza_model_first_piece_seconds_count', { provider: 'scripted' }],
    ['agent-worker', 'eliza_model_tokens_total', { direction: 'out' }],
    ['agent-worker', 'eliza_tenant_turns', {}],
    ['agent-worker', 'eliza_tenant_tokens', {}],
    ['agent-worker', 'eliza_worker_slots', {}],
    ['agent-worker', 'eliza_broadcasts_sent_total', { event: 'messageStreamChunk', outcome: 'published' }],
    ['media-service', 'eliza_s3_duration_seconds_count', { operation: 'PutObject', outcome: 'done' }],
    ['media-service', 'eliza_http_requests_total', { method: 'POST', status: '2xx' }],
  ])('%s tells %s %j', (by, name, labels) => {
    expect(told(scrapes[by], name, labels)).toBeGreaterThan(0);
  });

  it.each<[keyof Scrapes, string]>([
    ['agent-worker', 'eliza_turns'],
    ['agent-worker', 'eliza_turns_oldest_due_seconds'],
    ['agent-worker', 'eliza_turns_held'],
    ['gateway', 'eliza_answer_waiters'],
    ['gateway', 'eliza_postgres_waiting'],
  ])('%s tells %s when it is nought, too', (by, name) => {
    expect(told(scrapes[by], name)).toBe(0);
  });
});
