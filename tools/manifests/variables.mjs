/** Set by an image, or for one. */
const OF_IMAGES = new Set(['NODE_ENV', 'NODE_OPTIONS', 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED']);

/**
 * The variables that each process reads, from the page that is made of them (docs/configuration.md).
 *
 * @returns {Map<string, {reads: Set<string>, demands: Set<string>}>} by the name of the process
 */
export function variablesOf(page) {
  const processes = new Map();
  for (const [, name, fallback, readers] of page.matchAll(/^\| `(\w+)` \|.*\| ([^|]*) \| ([^|]*) \|$/gm)) {
    for (const reader of readers.split(',').map((word) => word.trim())) {
      const known = processes.get(reader) ?? { reads: new Set(), demands: new Set() };
      processes.set(reader, known);
      known.reads.add(name);
      if (fallback.includes('required')) known.demands.add(name);
    }
  }
  return processes;
}

/** What is wrong with the variables that a container of `reader` is given: unread ones, and such as it cannot start without. */
export function variableFaults({ place, reader, given, processes }) {
  const known = processes.get(reader);
  if (!known) return [`${place}: nothing is known of the variables of ${reader}`];
  const names = new Set(given);
  return [
    ...[...names]
      .filter((name) => !known.reads.has(name) && !OF_IMAGES.has(name))
      .map((name) => `${place}: ${reader} does not read ${name}`),
    ...[...known.demands]
      .filter((name) => !names.has(name))
      .map((name) => `${place}: ${reader} does not start without ${name}`),
  ];
}
