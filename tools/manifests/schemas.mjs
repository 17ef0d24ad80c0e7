/** Packages with the schemas of kinds, by the group of their API. */
const PACKAGES = {
  'gateway.networking.k8s.io': '@kubernetes-models/gateway-api',
  'keda.sh': '@kubernetes-models/keda',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
};

/** Fields of an experimental channel that are meant to be there. */
const EXPERIMENTAL = /^\/spec\/rules\/\d+\/sessionPersistence\b/;

/**
 * What the schema of Kubernetes says against a manifest: wrong types, missing fields, and fields that it does not know,
 * which a cluster would drop or refuse.
 */
export async function schemaFaults(manifest) {
  const kind = await modelOf(manifest);
  if (!kind) return [`there is no schema for ${manifest.apiVersion} ${manifest.kind}`];
  const unknown = new Set();
  const asRead = manifest.kind === 'Secret' ? { ...manifest, data: unfolded(manifest.data) } : manifest;

  try {
    // Not by its constructor: that reads all there is.
    Object.assign(Object.create(kind.prototype), watched(asRead, '', unknown)).validate();
  } catch (error) {
    return [error.message];
  }
  return [...unknown].filter((field) => !EXPERIMENTAL.test(field)).map((field) => `${field} is no field`);
}

async function modelOf({ apiVersion, kind }) {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const own = PACKAGES[group];
  const places = own ? [`${own}/${group}/${version}`] : [`kubernetes-models/${group ? `${group}/` : ''}${version}`];
  if (group && !own) places.push(`kubernetes-models/${group.replace(/\.k8s\.io$/, '')}/${version}`);
  for (const place of places) {
    try {
      return (await import(place))[kind];
    } catch {
      // asked under its other name
    }
  }
  return undefined;
}

/** kustomize folds long values, which a cluster reads as they were. */
function unfolded(data = {}) {
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, value.replace(/\s/g, '')]));
}

/** A copy that notes every field nobody looked at: the validators read what they know, and go through maps whole. */
function watched(value, place, unknown) {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one, index) => watched(one, `${place}/${index}`, unknown));
  const fields = Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      unknown.add(`${place}/${name}`);
      return [name, watched(one, `${place}/${name}`, unknown)];
    }),
  );
  const seen = (name) => {
    for (const field of unknown) {
      if (field === `${place}/${String(name)}`) unknown.delete(field);
    }
  };
  if (place === '') for (const name of Object.keys(value)) seen(name);
  return new Proxy(fields, {
    get: (target, name) => {
      seen(name);
      return target[name];
    },
    ownKeys: (target) => {
      if (place !== '') for (const name of Object.keys(target)) seen(name);
      return Reflect.ownKeys(target);
    },
  });
}
