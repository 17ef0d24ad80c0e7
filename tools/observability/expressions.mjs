/** Suffixes that a histogram's series have beyond its name. */
const SUFFIX = /_(bucket|count|sum)$/;

/** The metrics of ours that a text in PromQL is about. */
function metricsIn(text) {
  return [...new Set([...text.matchAll(/\beliza_[a-z0-9_]+/g)].map(([name]) => name))];
}

/** Those of them that the page about metrics does not know. */
export function unknownMetrics(text, page) {
  const known = new Set([...page.matchAll(/^\| `(eliza_\w+)`/gm)].map(([, name]) => name));
  return metricsIn(text).filter((name) => !known.has(name) && !known.has(name.replace(SUFFIX, '')));
}
