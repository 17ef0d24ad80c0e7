/** Which way arrows may point (ARCHITECTURE.md); tools/checks/boundaries.spec.mjs proves that every rule catches. */

const spec = '\\.spec\\.(ts|mjs)$';
/** Everything that is a test, or helps tests. */
const tests = [spec, '^(apps|libs)/[^/]+/test/', '^test/', '^libs/testing/'];
const product = { path: '^(apps|libs)/[^/]+/src/', pathNot: tests };

const packages = (...names) => `(^|/)node_modules/(@types/)?(${names.join('|').replaceAll('.', '\\.')})/`;
const databases = packages('typeorm', 'pg');
const queues = packages('bullmq', 'ioredis', '@socket.io/redis-adapter', 'socket.io-adapter');
const sockets = packages('socket.io', '@nestjs/websockets', '@nestjs/platform-socket.io');
const networks = '^(node:)?(net|tls|dgram|https?|http2)$';

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const forbidden = [
  {
    name: 'apps-never-import-apps',
    comment: 'What two apps need is a lib or travels over the wire.',
    from: { path: '^apps/([^/]+)/' },
    to: { path: '^apps/', pathNot: '^apps/$1/' },
  },
  {
    name: 'libs-never-import-apps',
    comment: 'Arrows point down.',
    from: { path: '^libs/' },
    to: { path: '^apps/' },
  },
  {
    name: 'contracts-is-a-leaf',
    comment: 'Clients are made from contracts too: they bring nothing along but what checks a value.',
    from: { path: '^libs/contracts/src/', pathNot: spec },
    to: {
      pathNot: ['^libs/contracts/src/', packages('class-validator', 'class-transformer')],
      dependencyTypesNot: ['core'],
    },
  },
  {
    name: 'platform-imports-only-contracts',
    comment: 'Platform is process plumbing and knows no store.',
    from: { path: '^libs/platform/src/', pathNot: spec },
    to: { path: '^libs/', pathNot: '^libs/(contracts|platform)/' },
  },
  {
    name: 'stores-stand-side-by-side',
    comment: 'Postgres, Redis and S3 are brought together by apps.',
    from: { path: '^libs/(persistence|storage|transport)/src/', pathNot: spec },
    to: { path: '^libs/', pathNot: '^libs/($1|contracts|platform)/' },
  },
  {
    name: 'libs-are-entered-by-their-index',
    comment: 'What is not in index.ts may change without asking.',
    from: { pathNot: '^libs/' },
    to: { path: '^libs/[^/]+/', pathNot: '^libs/[^/]+/src/index\\.ts$' },
  },
  {
    name: 'libs-enter-each-other-by-their-index',
    comment: 'What is not in index.ts may change without asking.',
    from: { path: '^libs/([^/]+)/' },
    to: { path: '^libs/[^/]+/', pathNot: ['^libs/$1/', '^libs/[^/]+/src/index\\.ts$'] },
  },
  {
    name: 'only-tests-import-testing',
    comment: 'Factories and servers for tests are not shipped.',
    from: { pathNot: tests },
    to: { path: '^libs/testing/' },
  },
  {
    name: 'product-never-imports-tests',
    comment: 'Tests are not shipped.',
    from: product,
    to: { path: [spec, '^(apps|libs)/[^/]+/test/', '^test/'] },
  },
  {
    name: 'product-never-imports-tools',
    comment: 'Tools and benches stand outside of what is shipped.',
    from: product,
    to: { path: '^(tools|bench)/' },
  },
  {
    name: 'product-needs-no-development-packages',
    comment: 'An image is built without devDependencies. Types are gone by then.',
    from: product,
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'typeorm-only-in-persistence',
    comment: 'The one way to a tenant is inTenant().',
    from: { pathNot: '^libs/persistence/' },
    to: { path: packages('typeorm') },
  },
  {
    name: 'pg-only-in-persistence',
    comment:
      'The one way to a tenant is inTenant(). Tests and benches look at the database from outside, the launcher starts it.',
    from: { pathNot: ['^libs/(persistence|testing)/', '^tools/stores/', '^bench/(floor/|lib/postgres\\.mjs$)'] },
    to: { path: packages('pg') },
  },
  {
    name: 'redis-only-in-transport',
    comment:
      'Typed queues, one prefix, connections that fail fast. Tests of the whole system do to Redis what may happen, the floor of benches has no libs.',
    from: { pathNot: ['^libs/transport/', '^test/', '^bench/(chaos|floor)/'] },
    to: { path: queues },
  },
  {
    name: 'sockets-only-at-the-edge',
    comment: 'Only realtime knows what goes over the wire, only transport how it gets to other processes.',
    from: {
      pathNot: ['^apps/gateway/src/realtime/', '^libs/transport/', '^tools/.*\\.spec\\.mjs$', '^bench/floor/'],
    },
    to: { path: sockets },
  },
  {
    name: 's3-only-in-storage',
    comment: 'Key prefixes and limits are in one place.',
    from: { pathNot: ['^libs/storage/', '^tools/s3/', '^bench/uploads'] },
    to: { path: packages('@aws-sdk/[^/]+', '@smithy/[^/]+') },
  },
  {
    name: 'ai-sdk-only-in-models',
    comment: 'A provider is one file behind one interface.',
    from: { pathNot: '^apps/(agent-worker/src/models|media-service/src/speech)/' },
    to: { path: packages('ai', '@ai-sdk/[^/]+') },
  },
  {
    name: 'prom-client-only-in-metrics',
    comment: 'Metrics are declared by functions that bound their labels.',
    from: { pathNot: '^libs/platform/src/metrics/' },
    to: { path: packages('prom-client') },
  },
  {
    name: 'engines-reach-no-store',
    comment: 'An engine turns a snapshot and model answers into changes; it reads and writes nothing itself.',
    from: { path: '^apps/agent-worker/src/engines/', pathNot: spec },
    to: { path: ['^libs/(persistence|transport)/', databases, queues, sockets, networks] },
  },
  {
    name: 'the-socket-edge-is-nobodys-import',
    comment: 'Who has something to tell imports the announcer, who wants to hear the listener.',
    from: { path: '^apps/gateway/src/[^/]+/', pathNot: '^apps/gateway/src/realtime/' },
    to: {
      path: '^apps/gateway/src/realtime/',
      pathNot: '^apps/gateway/src/realtime/(announce(r|ments)|channel-listener)\\.',
    },
  },
  {
    name: 'no-cycles',
    comment: 'Two files that need each other are one, or three. Types alone may.',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  {
    name: 'no-orphans',
    comment:
      'A file that imports nothing and that nobody imports is forgotten. Node loads the .mjs of testing by itself.',
    from: { path: '^(apps|libs|test)/', pathNot: ['\\.d\\.ts$', spec, '^libs/testing/.*\\.mjs$'], orphan: true },
    to: {},
  },
  {
    name: 'everything-is-found',
    comment: 'An import that leads nowhere hides from all other rules.',
    from: {},
    to: { couldNotResolve: true },
  },
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: forbidden.map((rule) => ({ severity: 'error', ...rule })),
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^(dist|coverage)/', '^bench/results/'] },
    // Types count too: what a file knows by type alone it still knows.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default', 'require'],
      mainFields: ['main', 'types'],
    },
  },
};
