import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { Busiest } from './busiest.js';
import { BoundedLabels, type LabelRules, type LabelValues } from './labels.js';

/** Everything this process measures. Metrics are declared once, beside what they measure, as values of a module. */
const registry = new Registry();
collectDefaultMetrics({ register: registry });

/** Seconds, from what Redis takes to what a model may take. */
const FAST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
export const SLOW_SECONDS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** Something that happens, and how often. */
export interface Count<L extends LabelRules> {
  add(labels: LabelValues<L>, times?: number): void;
}

/** Something that takes time, or has a size. */
export interface Measure<L extends LabelRules> {
  /** Notes one; durations are in seconds. */
  note(labels: LabelValues<L>, value: number): void;
  /** Begins to take the time. What it answers notes how long it took. */
  begin(): (labels: LabelValues<L>) => void;
}

/** Something that is so much at this moment, read when somebody asks. */
export interface Level<L extends LabelRules> {
  /**
   * Adds what `read` answers to the level, from now on; nothing while it is undefined. Answers how it ends. Several
   * that watch under the same labels are added up.
   */
  watch(labels: LabelValues<L>, read: () => number | undefined): () => void;
}

/** Declares a counter; its name ends in `_total`. */
export function counter<const L extends LabelRules = Record<never, never>>(
  name: `eliza_${string}_total`,
  help: string,
  labels: L = {} as L,
): Count<L> {
  const bounds = new BoundedLabels(labels);
  const metric = new Counter({ name, help, labelNames: bounds.names, registers: [registry] });
  return { add: (values, times = 1) => metric.inc(bounds.bounded(values), times) };
}

/** Declares a histogram; its name ends in its unit. */
export function histogram<const L extends LabelRules = Record<never, never>>(
  name: `eliza_${string}_seconds`,
  help: string,
  { labels = {} as L, buckets = FAST_SECONDS }: { labels?: L; buckets?: number[] } = {},
): Measure<L> {
  const bounds = new BoundedLabels(labels);
  const metric = new Histogram({ name, help, labelNames: bounds.names, buckets, registers: [registry] });
  const note = (values: LabelValues<L>, value: number): void => metric.observe(bounds.bounded(values), value);
  return {
    note,
    begin: () => {
      const began = performance.now();
      return (values) => note(values, (performance.now() - began) / 1_000);
    },
  };
}

/** Declares a gauge. */
export function gauge<const L extends LabelRules = Record<never, never>>(
  name: `eliza_${string}`,
  help: string,
  labels: L = {} as L,
): Level<L> {
  const bounds = new BoundedLabels(labels);
  const watchers = new Set<() => void>();
  const metric: Gauge = new Gauge({
    name,
    help,
    labelNames: bounds.names,
    registers: [registry],
    collect: () => {
      metric.reset();
      // A gauge without labels would tell a zero that nobody has measured.
      if (bounds.names.length === 0) metric.remove({});
      for (const tell of watchers) tell();
    },
  });
  return {
    watch: (values, read) => {
      const tell = (): void => {
        const value = read();
        if (value !== undefined) metric.inc(bounds.bounded(values), value);
      };
      watchers.add(tell);
      return () => void watchers.delete(tell);
    },
  };
}

/**
 * Declares who did most within the last five minutes: a gauge with at most `most` tenants and `other`, however many
 * there are. Each process tells its own.
 */
export function busiestTenants(name: `eliza_tenant_${string}`, help: string, most = 20): Pick<Busiest, 'note'> {
  const busiest = new Busiest(most);
  const metric: Gauge = new Gauge({
    name,
    help,
    labelNames: ['tenant'],
    registers: [registry],
    collect: () => {
      metric.reset();
      for (const [tenant, times] of busiest.top()) metric.set({ tenant }, times);
    },
  });
  return busiest;
}

/** All that is measured, as Prometheus reads it. */
export async function metricsText(): Promise<{ type: string; text: string }> {
  return { type: registry.contentType, text: await registry.metrics() };
}
