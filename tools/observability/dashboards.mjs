/** Whether a query belongs to one process kind or another is told by the label `component`, which the scrape sets. */
const rate = (metric, by = '') => `sum${by ? ` by (${by})` : ''} (rate(${metric}[$__rate_interval]))`;
const quantile = (share, metric, by = '') =>
  `histogram_quantile(${share}, sum by (le${by ? `, ${by}` : ''}) (rate(${metric}_bucket[$__rate_interval])))`;
const both = (metric, by, unit = 's') => ({
  unit,
  queries: { [`p50 {{${by}}}`]: quantile(0.5, metric, by), [`p99 {{${by}}}`]: quantile(0.99, metric, by) },
});

/** The dashboards, by the names of their files. A panel has a title, a unit of Grafana, and queries by their legends. */
const DASHBOARDS = {
  overview: {
    title: 'Eliza Fleet: overview',
    panels: {
      'Messages a second': { unit: 'ops', queries: { '{{outcome}}': rate('eliza_messages_total', 'outcome') } },
      'Requests a second': { unit: 'reqps', queries: { '{{status}}': rate('eliza_http_requests_total', 'status') } },
      'Slowest routes (99th percentile)': {
        unit: 's',
        queries: {
          '{{method}} {{route}}': `topk(10, ${quantile(0.99, 'eliza_http_request_duration_seconds', 'method, route')})`,
        },
      },
      'Attempts of turns a second': { unit: 'ops', queries: { '{{end}}': rate('eliza_turn_attempts_total', 'end') } },
      'Oldest turn due': { unit: 's', queries: { due: 'max(eliza_turns_oldest_due_seconds)' } },
      Sockets: { unit: 'short', queries: { '{{instance}}': 'eliza_sockets' } },
      Processor: {
        unit: 'percentunit',
        queries: { '{{instance}}': 'rate(process_cpu_seconds_total[$__rate_interval])' },
      },
      Memory: { unit: 'bytes', queries: { '{{instance}}': 'process_resident_memory_bytes' } },
      'Event loop (99th percentile)': { unit: 's', queries: { '{{instance}}': 'nodejs_eventloop_lag_p99_seconds' } },
    },
  },
  tenants: {
    title: 'Eliza Fleet: tenants',
    panels: {
      'Messages within five minutes': {
        unit: 'short',
        queries: { '{{tenant}}': 'topk(20, sum by (tenant) (eliza_tenant_messages))' },
      },
      'Turns within five minutes': {
        unit: 'short',
        queries: { '{{tenant}}': 'topk(20, sum by (tenant) (eliza_tenant_turns))' },
      },
      'Tokens within five minutes': {
        unit: 'short',
        queries: { '{{tenant}}': 'topk(20, sum by (tenant) (eliza_tenant_tokens))' },
      },
      'Decisions about limits a second': {
        unit: 'ops',
        queries: { '{{by}} {{verdict}}': rate('eliza_limit_decisions_total', 'by, verdict') },
      },
    },
  },
  turns: {
    title: 'Eliza Fleet: turns',
    panels: {
      'Unfinished turns': { unit: 'short', queries: { '{{state}}': 'max by (state) (eliza_turns)' } },
      'Oldest turn due': { unit: 's', queries: { due: 'max(eliza_turns_oldest_due_seconds)' } },
      'Wait for the first claim': {
        unit: 's',
        queries: { p50: quantile(0.5, 'eliza_turn_wait_seconds'), p99: quantile(0.99, 'eliza_turn_wait_seconds') },
      },
      'Stages of an attempt': both('eliza_turn_duration_seconds', 'stage'),
      Slots: { unit: 'short', queries: { taken: 'sum(eliza_turns_held)', 'there are': 'sum(eliza_worker_slots)' } },
      'Ends of attempts a second': { unit: 'ops', queries: { '{{end}}': rate('eliza_turn_attempts_total', 'end') } },
      'Faults a second': { unit: 'ops', queries: { '{{kind}}': rate('eliza_turn_faults_total', 'kind') } },
      'Leases lost, turns taken back, claims missed': {
        unit: 'ops',
        queries: {
          'leases lost': rate('eliza_turn_leases_lost_total'),
          'taken back: {{state}}': rate('eliza_turns_recovered_total', 'state'),
          'claims missed': rate('eliza_turn_claims_missed_total'),
        },
      },
      'First piece of a model': both('eliza_model_first_piece_seconds', 'provider'),
      'Calls of models': both('eliza_model_call_duration_seconds', 'provider'),
      'Calls of models a second': {
        unit: 'ops',
        queries: { '{{provider}} {{outcome}}': rate('eliza_model_calls_total', 'provider, outcome') },
      },
      'Tokens a second': {
        unit: 'short',
        queries: { '{{provider}} {{direction}}': rate('eliza_model_tokens_total', 'provider, direction') },
      },
    },
  },
  sockets: {
    title: 'Eliza Fleet: sockets',
    panels: {
      Sockets: { unit: 'short', queries: { '{{instance}}': 'eliza_sockets' } },
      Rooms: { unit: 'short', queries: { '{{instance}}': 'eliza_rooms' } },
      'Handshakes a second': {
        unit: 'ops',
        queries: { '{{outcome}}': rate('eliza_socket_handshakes_total', 'outcome') },
      },
      'Events a second': {
        unit: 'ops',
        queries: { '{{event}} {{outcome}}': rate('eliza_socket_events_total', 'event, outcome') },
      },
      'Events, to their acknowledgement': both('eliza_socket_event_duration_seconds', 'event'),
      'Between processes': both('eliza_broadcast_lag_seconds', 'kind'),
      'Broadcasts sent a second': {
        unit: 'ops',
        queries: { '{{event}} {{outcome}}': rate('eliza_broadcasts_sent_total', 'event, outcome') },
      },
      'Broadcasts heard a second': {
        unit: 'ops',
        queries: { '{{event}}': rate('eliza_broadcasts_heard_total', 'event') },
      },
      'Looks for what Redis did not bring': {
        unit: 'ops',
        queries: { '{{outcome}}': rate('eliza_sequencer_reads_total', 'outcome') },
      },
      'Ended because they read too slowly': { unit: 'ops', queries: { ended: rate('eliza_slow_readers_total') } },
      'Callers that wait for answers': { unit: 'short', queries: { '{{instance}}': 'eliza_answer_waiters' } },
    },
  },
  upkeep: {
    title: 'Eliza Fleet: upkeep',
    panels: {
      'Rows past their time a second': {
        unit: 'ops',
        queries: { '{{kind}}': rate('eliza_purged_rows_total', 'kind') },
      },
      'Partitions past their time': {
        unit: 'short',
        queries: { '{{kind}}': 'sum by (kind) (increase(eliza_purged_partitions_total[1d]))' },
      },
      'Erasing tenants: rows a second': { unit: 'ops', queries: { rows: rate('eliza_erased_rows_total') } },
      'Tenants erased within a day': {
        unit: 'short',
        queries: { tenants: 'sum(increase(eliza_tenants_erased_total[1d]))' },
      },
      'Files swept a second': {
        unit: 'ops',
        queries: { swept: rate('eliza_media_swept_total'), failed: rate('eliza_media_sweep_failures_total') },
      },
      'Checks of files a second': {
        unit: 'ops',
        queries: { '{{check}} {{result}}': rate('eliza_file_checks_total', 'check, result') },
      },
      'Checks of files': both('eliza_file_check_seconds', 'check'),
    },
  },
  stores: {
    title: 'Eliza Fleet: stores',
    panels: {
      Postgres: both('eliza_postgres_duration_seconds', 'door'),
      'Postgres: work a second': {
        unit: 'ops',
        queries: { '{{door}}': rate('eliza_postgres_duration_seconds_count', 'door') },
      },
      'Postgres: failures a second': {
        unit: 'ops',
        queries: { '{{door}} {{why}}': rate('eliza_postgres_failures_total', 'door, why') },
      },
      'Postgres: connections': {
        unit: 'short',
        queries: {
          '{{state}}': 'sum by (state) (eliza_postgres_connections)',
          'at most': 'sum(eliza_postgres_connections_most)',
          waiting: 'sum(eliza_postgres_waiting)',
        },
      },
      Redis: both('eliza_redis_duration_seconds', 'doing'),
      'Redis: calls a second': {
        unit: 'ops',
        queries: { '{{doing}} {{outcome}}': rate('eliza_redis_duration_seconds_count', 'doing, outcome') },
      },
      'Redis: connections': { unit: 'short', queries: { '{{state}}': 'sum by (state) (eliza_redis_connections)' } },
      'Object store': both('eliza_s3_duration_seconds', 'operation'),
      'Object store: calls a second': {
        unit: 'ops',
        queries: { '{{operation}} {{outcome}}': rate('eliza_s3_duration_seconds_count', 'operation, outcome') },
      },
    },
  },
};

/** The dashboards as Grafana takes them in, by the names of their files. */
export function dashboards() {
  return Object.fromEntries(
    Object.entries(DASHBOARDS).map(([name, { title, panels }]) => [`${name}.json`, dashboard(name, title, panels)]),
  );
}

function dashboard(name, title, panels) {
  return {
    uid: `eliza-fleet-${name}`,
    title,
    tags: ['eliza-fleet'],
    schemaVersion: 39,
    editable: true,
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    templating: {
      list: [{ name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus', current: {} }],
    },
    panels: Object.entries(panels).map(([panelTitle, { unit, queries }], index) => ({
      id: index + 1,
      type: 'timeseries',
      title: panelTitle,
      datasource: { type: 'prometheus', uid: '${datasource}' },
      gridPos: { x: (index % 3) * 8, y: Math.floor(index / 3) * 8, w: 8, h: 8 },
      fieldConfig: { defaults: { unit, min: 0, custom: { fillOpacity: 10, showPoints: 'never' } }, overrides: [] },
      options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
      targets: Object.entries(queries).map(([legendFormat, expr], query) => ({
        refId: String.fromCharCode(65 + query),
        expr,
        legendFormat,
      })),
    })),
  };
}
