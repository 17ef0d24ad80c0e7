import { readFileSync } from 'node:fs';
import { inRepository } from '../lib/places.mjs';
import { composePolicyFaults, composeSchemaFaults, readCompose } from './compose.mjs';
import { dockerfileFaults } from './dockerfile.mjs';
import { podPolicies, policyFaults } from './policies.mjs';
import { renderOverlays } from './render.mjs';
import { schemaFaults } from './schemas.mjs';
import { variableFaults, variablesOf } from './variables.mjs';

const read = (name) => readFileSync(inRepository(name), 'utf8');
const overlays = renderOverlays();
const withKubectl = overlays ? describe : describe.skip;

/** For each policy what breaks it, done to a deployment of ours. */
const BREAKS = {
  'runs as nobody in particular': ({ spec }) => (spec.securityContext.runAsUser = 0),
  'gets no token of the cluster': ({ spec }) => delete spec.automountServiceAccountToken,
  'may become nothing else and writes nowhere': ({ container }) =>
    (container.securityContext.readOnlyRootFilesystem = false),
  'takes nothing of its node': ({ spec }) => spec.volumes.push({ name: 'node', hostPath: { path: '/' } }),
  'says what it needs and what it may take': ({ container }) => delete container.resources.limits.memory,
  'is of an image with a version': ({ container }) => (container.image = 'eliza-fleet/gateway:latest'),
  'has all three probes': ({ container }) => delete container.startupProbe,
  'is probed on its internal port': ({ container }) => (container.livenessProbe.httpGet.path = '/health'),
  'has more time to stop than it takes': ({ spec }) => (spec.terminationGracePeriodSeconds = 10),
  'is spread over nodes': ({ spec }) => delete spec.topologySpreadConstraints,
  'keeps secrets in secrets': ({ container }) => container.env.push({ name: 'OPERATOR_KEY', value: 'open' }),
};

withKubectl('an overlay', () => {
  const broken = (change) => {
    const manifests = structuredClone(overlays.production);
    change(manifests);
    return policyFaults(manifests);
  };
  const deployment = (manifests, name = 'gateway') =>
    manifests.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name);

  it('keeps to all policies as it is', () => {
    for (const manifests of Object.values(overlays)) expect(policyFaults(manifests)).toEqual([]);
  });

  it.each(podPolicies)('is found out when it breaks "%s"', (policy) => {
    const faults = broken((manifests) => {
      const { spec } = deployment(manifests).spec.template;
      BREAKS[policy]({ spec, container: spec.containers[0] });
    });
    expect(faults).toContainEqual(expect.stringContaining(`"${policy}"`));
  });

  it('is found out when a worker has no time for its grace', () => {
    const faults = broken((manifests) => {
      deployment(manifests, 'agent-worker').spec.template.spec.terminationGracePeriodSeconds = 40;
    });
    expect(faults).toEqual([expect.stringContaining('has more time to stop')]);
  });

  it.each([
    ['NetworkPolicy', 'nothing denies'],
    ['Namespace', 'does not enforce'],
    ['PodDisruptionBudget', 'no disruption budget'],
  ])('is found out without its %s', (kind, fault) => {
    const faults = broken((manifests) => {
      manifests.splice(0, Infinity, ...manifests.filter((manifest) => manifest.kind !== kind));
    });
    expect(faults).toContainEqual(expect.stringContaining(fault));
  });

  it('is found out with a service that leads nowhere', () => {
    const faults = broken((manifests) => {
      manifests.find(({ kind }) => kind === 'Service').spec.selector = { 'app.kubernetes.io/name': 'nobody' };
    });
    expect(faults).toEqual([expect.stringContaining('nobody answers for the service')]);
  });

  it.each([
    ['Deployment', (one) => (one.spec.template.spec.containers[0].resorces = {}), /resorces is no field/],
    ['Deployment', (one) => (one.spec.replicas = 'two'), /must be integer/],
    ['HTTPRoute', (one) => (one.spec.hosts = []), /hosts is no field/],
    ['ScaledObject', (one) => (one.spec.triggers[0].kind = 'x'), /kind is no field/],
    ['ServiceMonitor', (one) => (one.spec.endpoints[0].porrt = 'x'), /porrt is no field/],
    ['NetworkPolicy', (one) => (one.spec.policyTypes = 'Egress'), /must be array/],
  ])('is found out with a %s of another shape', async (kind, change, fault) => {
    const manifest = structuredClone(overlays.production.find((one) => one.kind === kind));
    expect(await schemaFaults(manifest)).toEqual([]);
    change(manifest);
    expect((await schemaFaults(manifest)).join()).toMatch(fault);
  });
});

describe('a variable', () => {
  const processes = variablesOf(read('docs/configuration.md'));
  const about = { place: 'k8s', reader: 'gateway', processes };

  it('is known to be read, and by whom', () => {
    expect(processes.get('gateway').reads).toContain('SERVER_PORT');
    expect(processes.get('gateway').reads).not.toContain('WORKER_SLOTS');
    expect([...processes.get('migrate').reads].sort()).toEqual(['DATABASE_OWNER_URL', 'DATABASE_URL']);
  });

  it('that nobody reads is a fault, and so is one that is missing', () => {
    const given = ['DATABASE_URL', 'REDIS_URL', 'ENCRYPTION_KEY'];
    expect(variableFaults({ ...about, given })).toEqual([]);
    expect(variableFaults({ ...about, given: [...given, 'SERVER_PROT'] })).toEqual([
      'k8s: gateway does not read SERVER_PROT',
    ]);
    expect(variableFaults({ ...about, given: given.slice(1) })).toEqual([
      'k8s: gateway does not start without DATABASE_URL',
    ]);
  });
});

describe('docker-compose.yml', () => {
  const compose = () => readCompose(read('docker-compose.yml'));

  it('has the shape of Compose', () => {
    expect(composeSchemaFaults(compose())).toEqual([]);
    const misspelt = compose();
    misspelt.services.gateway.enviroment = {};
    expect(composeSchemaFaults(misspelt).join()).toContain('enviroment');
  });

  it.each([
    ['is published to everybody', ({ redis }) => (redis.ports = ['6379:6379'])],
    ['no version', ({ s3 }) => (s3.image = 'chrislusf/seaweedfs')],
    ['no version', ({ s3 }) => (s3.image = 'chrislusf/seaweedfs:latest')],
    ['may write to its root', ({ gateway }) => (gateway.read_only = false)],
    ['no health check', ({ 'agent-worker': worker }) => delete worker.healthcheck],
    ['is not declared', ({ redis }) => (redis.volumes = ['elsewhere:/data'])],
    ['which is not there', ({ gateway }) => (gateway.depends_on = { nobody: {} })],
  ])('is found out when a service %s', (fault, change) => {
    const broken = compose();
    expect(composePolicyFaults(broken)).toEqual([]);
    change(broken.services);
    expect(composePolicyFaults(broken)).toEqual([expect.stringContaining(fault)]);
  });
});

describe('the Dockerfile', () => {
  it.each([
    ['no list', (text) => text.replace('CMD ["node", "dist/apps/gateway/src/main.js"]', 'CMD node main.js')],
    ['whole version', (text) => text.replace('node:20.20.2-bookworm-slim', 'node:latest')],
    ['runs as root', (text) => text.replaceAll('USER 1000:1000', '')],
    ['user with a number', (text) => text.replaceAll('USER 1000:1000', 'USER node')],
    ['no instruction', (text) => text.replace('WORKDIR /app', 'WROKDIR /app')],
    ['hold to the lock file', (text) => text.replace('npm ci --omit=dev', 'npm install --omit=dev')],
    ['stay in the image', (text) => text.replace('ENV NODE_ENV=production', 'ENV OPERATOR_KEY=open')],
  ])('is found out when something is wrong: %s', (fault, change) => {
    const text = read('Dockerfile');
    expect(dockerfileFaults(text)).toEqual([]);
    expect(change(text)).not.toBe(text);
    expect(dockerfileFaults(change(text)).join()).toContain(fault);
  });
});
