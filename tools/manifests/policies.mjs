/** Programs of ours, which have probes and a drain; the rest are stores. */
const OURS = ['gateway', 'agent-worker', 'media-service'];

/**
 * What every pod of an overlay has to be. Each policy answers what is wrong with one pod, told by `name`, its template's
 * `spec` and whether it is a job.
 */
const POD_POLICIES = {
  'runs as nobody in particular': ({ spec }) => {
    const { runAsNonRoot, runAsUser, seccompProfile } = spec.securityContext ?? {};
    return runAsNonRoot === true && runAsUser > 0 && seccompProfile?.type === 'RuntimeDefault';
  },
  'gets no token of the cluster': ({ spec }) => spec.automountServiceAccountToken === false,
  'may become nothing else and writes nowhere': ({ containers }) =>
    containers.every(({ securityContext: { allowPrivilegeEscalation, readOnlyRootFilesystem, capabilities } = {} }) => {
      const dropsAll = capabilities?.drop?.includes('ALL') && !capabilities.add;
      return allowPrivilegeEscalation === false && readOnlyRootFilesystem === true && dropsAll;
    }),
  'takes nothing of its node': ({ spec }) =>
    !spec.hostNetwork && !spec.hostPID && !spec.hostIPC && !(spec.volumes ?? []).some(({ hostPath }) => hostPath),
  'says what it needs and what it may take': ({ containers }) =>
    containers.every(({ resources: { requests, limits } = {} }) =>
      [requests, limits].every((bounds) => bounds?.cpu && bounds.memory),
    ),
  'is of an image with a version': ({ containers }) =>
    containers.every(({ image }) => /:(?!latest$)[\w][\w.-]*$|@sha256:[0-9a-f]{64}$/.test(image)),
  'has all three probes': ({ isJob, containers }) =>
    isJob ||
    containers.every(
      ({ startupProbe, readinessProbe, livenessProbe }) => startupProbe && readinessProbe && livenessProbe,
    ),
  'is probed on its internal port': ({ name, containers }) =>
    !OURS.includes(name) ||
    containers.every(({ startupProbe, readinessProbe, livenessProbe }) => {
      const at = (probe, path) => probe?.httpGet?.port === 'internal' && probe.httpGet.path === path;
      return at(startupProbe, '/livez') && at(livenessProbe, '/livez') && at(readinessProbe, '/readyz');
    }),
  'has more time to stop than it takes': ({ name, spec, containers }) =>
    !OURS.includes(name) ||
    containers.every(({ lifecycle, env }) => {
      const waits = Number(lifecycle?.preStop?.exec?.command?.[1]);
      const grace = Number(env.find((variable) => variable.name === 'SHUTDOWN_GRACE_MS')?.value ?? 5_000) / 1_000;
      // A process of ours ends within ten seconds, a worker five seconds after its grace.
      return waits > 0 && spec.terminationGracePeriodSeconds > waits + Math.max(10, grace + 5);
    }),
  'is spread over nodes': ({ name, spec }) =>
    !OURS.includes(name) ||
    (spec.topologySpreadConstraints ?? []).some((one) => one.topologyKey === 'kubernetes.io/hostname'),
  'keeps secrets in secrets': ({ containers }) =>
    containers.every(({ env = [] }) =>
      env.every(
        ({ name, value }) =>
          value === undefined || !/(KEY|TOKEN|PASSWORD|_URL)$/.test(name) || name === 'POSTGRES_PASSWORD',
      ),
    ),
};

/** What is wrong with the manifests of one overlay, in words. */
export function policyFaults(manifests) {
  const pods = manifests.flatMap(podsOf);
  return [
    ...Object.entries(POD_POLICIES).flatMap(([policy, holds]) =>
      pods.filter((pod) => !holds(pod)).map(({ kind, name }) => `${kind} ${name} does not hold: "${policy}"`),
    ),
    ...wholeFaults(manifests, pods),
  ];
}

/** The names of the policies for pods. */
export const podPolicies = Object.keys(POD_POLICIES);

function podsOf({ kind, metadata, spec }) {
  const template = kind === 'CronJob' ? spec.jobTemplate.spec.template : spec?.template;
  if (!['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'].includes(kind)) return [];
  const containers = [...(template.spec.initContainers ?? []), ...template.spec.containers];
  const isJob = kind === 'Job' || kind === 'CronJob';
  return [{ kind, name: metadata.name, labels: template.metadata.labels, spec: template.spec, containers, isJob }];
}

function wholeFaults(manifests, pods) {
  const faults = [];
  const ofKind = (kind) => manifests.filter((manifest) => manifest.kind === kind);
  const denies = ofKind('NetworkPolicy').some(({ spec }) => {
    const isAll = Object.keys(spec.podSelector).length === 0;
    return (
      isAll && !spec.ingress && !spec.egress && ['Ingress', 'Egress'].every((type) => spec.policyTypes.includes(type))
    );
  });
  if (!denies) faults.push('nothing denies what no other network policy allows');
  const restricted = ofKind('Namespace').some(
    ({ metadata }) => metadata.labels?.['pod-security.kubernetes.io/enforce'] === 'restricted',
  );
  if (!restricted) faults.push('the namespace does not enforce the restricted pod security');
  for (const name of OURS) {
    const guarded = ofKind('PodDisruptionBudget').some(({ spec }) => selects(spec.selector.matchLabels, pods, name));
    if (!guarded) faults.push(`${name} has no disruption budget`);
    const { spec } = manifests.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name);
    if (spec.replicas < 2) faults.push(`${name} runs once: nobody is there while it is replaced`);
  }
  for (const { metadata, spec } of ofKind('Service')) {
    const isServed = pods.some(({ labels }) => isPart(spec.selector, labels));
    if (!isServed) faults.push(`nobody answers for the service ${metadata.name}`);
  }
  return faults;
}

function selects(selector, pods, name) {
  return pods.some((pod) => pod.name === name && isPart(selector, pod.labels));
}

function isPart(some, all = {}) {
  return Object.entries(some).every(([name, value]) => all[name] === value);
}
