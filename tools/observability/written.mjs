import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { inRepository } from '../lib/places.mjs';
import { dashboards } from './dashboards.mjs';

/** The content of every file that is made of others: dashboards of their definitions, the PrometheusRule of the alerts. */
export function writtenFiles() {
  const rules = parse(readFileSync(inRepository('deploy/alerts/fleet.rules.yml'), 'utf8'));
  const metadata = { name: 'eliza-fleet' };
  const rule = { apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule', metadata, spec: rules };
  const boards = Object.entries(dashboards()).map(([name, dashboard]) => [`deploy/dashboards/${name}`, dashboard]);
  return { 'k8s/components/monitoring/prometheus-rule.yaml': rule, ...Object.fromEntries(boards) };
}
