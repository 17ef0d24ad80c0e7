/** Median, 99th percentile and maximum of durations in milliseconds, to a tenth. */
export function summary(durations) {
  const sorted = [...durations].sort((a, b) => a - b);
  const at = (share) => round(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]);
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

function round(ms) {
  return ms === undefined ? null : Math.round(ms * 10) / 10;
}
