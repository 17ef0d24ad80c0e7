import { readFileSync } from 'node:fs';
import { inRepository } from '../lib/places.mjs';
import { composePolicyFaults, composeSchemaFaults, readCompose } from './compose.mjs';
import { dockerfileFaults } from './dockerfile.mjs';
import { policyFaults } from './policies.mjs';
import { manifestFiles, renderOverlays } from './render.mjs';
import { schemaFaults } from './schemas.mjs';
import { variableFaults, variablesOf } from './variables.mjs';

/** Which of our processes a workload or service runs, by its name. */
const READERS = {
  gateway: 'gateway',
  'agent-worker': 'agent-worker',
  'media-service': 'media-service',
  migrate: 'migrate',
};

/** All that is wrong with what the system is shipped in, in words; and what could not be looked at. */
export async function shippingFaults() {
  const read = (name) => readFileSync(inRepository(name), 'utf8');
  const processes = variablesOf(read('docs/configuration.md'));
  const compose = readCompose(read('docker-compose.yml'));
  const overlays = renderOverlays();
  const faults = [
    ...dockerfileFaults(read('Dockerfile')),
    ...composeSchemaFaults(compose).map((fault) => `docker-compose.yml: ${fault}`),
    ...composePolicyFaults(compose).map((fault) => `docker-compose.yml: ${fault}`),
    ...Object.entries(READERS).flatMap(([place, reader]) => {
      const given = Object.keys(compose.services[place]?.environment ?? {});
      return variableFaults({ place: `docker-compose.yml ${place}`, reader, given, processes });
    }),
  ];
  for (const [name, manifests] of Object.entries(overlays ?? {})) {
    faults.push(...(await overlayFaults(manifests, processes)).map((fault) => `k8s/overlays/${name}: ${fault}`));
  }
  if (!overlays) faults.push(...(await allSchemaFaults(manifestFiles())));
  return { faults, skipped: overlays ? [] : ['without kubectl the overlays of k8s are looked at file by file'] };
}

async function overlayFaults(manifests, processes) {
  const variables = manifests
    .filter(({ kind, metadata }) => ['Deployment', 'Job'].includes(kind) && metadata.name in READERS)
    .flatMap(({ metadata: { name }, spec }) =>
      spec.template.spec.containers.flatMap(({ env = [] }) =>
        variableFaults({ place: name, reader: READERS[name], given: env.map((one) => one.name), processes }),
      ),
    );
  return [...(await allSchemaFaults(manifests)), ...policyFaults(manifests), ...variables, ...missingKeys(manifests)];
}

async function allSchemaFaults(manifests) {
  const faults = await Promise.all(
    manifests.map(async (manifest) =>
      (await schemaFaults(manifest)).map((fault) => `${manifest.kind} ${manifest.metadata?.name}: ${fault}`),
    ),
  );
  return faults.flat();
}

/** What a container is to have of a config map that has no such key. Secrets may be made elsewhere. */
function missingKeys(manifests) {
  const maps = new Map(
    manifests.filter(({ kind }) => kind === 'ConfigMap').map(({ metadata, data }) => [metadata.name, data ?? {}]),
  );
  return manifests
    .filter(({ kind }) => ['Deployment', 'Job'].includes(kind))
    .flatMap(({ metadata, spec }) =>
      spec.template.spec.containers.flatMap(({ env = [] }) =>
        env
          .map(({ valueFrom }) => valueFrom?.configMapKeyRef)
          .filter((reference) => reference && !(reference.key in (maps.get(reference.name) ?? {})))
          .map(({ name, key }) => `${metadata.name}: the config map ${name} has no ${key}`),
      ),
    );
}
