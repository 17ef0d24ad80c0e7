import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { inRepository } from '../lib/places.mjs';
import { dashboards } from './dashboards.mjs';
import { unknownMetrics } from './expressions.mjs';
import { writtenFiles } from './written.mjs';

const read = (name) => readFileSync(inRepository(name), 'utf8');
const rules = read('deploy/alerts/fleet.rules.yml');
const alerts = parse(rules).groups.flatMap((group) => group.rules);
const page = read('docs/metrics.md');
const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
const withPromtool = hasPromtool ? it : it.skip;

/** Runs the tests of the alerts with other rules. Answers whether they pass. */
function pass(otherRules) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'alerts-'));
  try {
    writeFileSync(path.join(folder, 'fleet.rules.yml'), otherRules);
    writeFileSync(path.join(folder, 'fleet.test.yml'), read('deploy/alerts/fleet.test.yml'));
    return spawnSync('promtool', ['test', 'rules', path.join(folder, 'fleet.test.yml')]).status === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

withPromtool('every alert fires when it has to, and none when all is well', () => {
  execFileSync('promtool', ['test', 'rules', inRepository('deploy/alerts/fleet.test.yml')]);
  expect(pass(rules)).toBe(true);
  for (const [sound, broken] of [
    ['max(eliza_turns_oldest_due_seconds) > 30', 'max(eliza_turns_oldest_due_seconds) > 50'],
    ['absent(eliza_worker_slots)', 'absent(eliza_turns_nowhere)'],
    ['[10m])) > 10', '[10m])) >= 0'],
  ]) {
    expect(rules).toContain(sound);
    expect(pass(rules.replace(sound, broken))).toBe(false);
  }
});

it('every alert has a test of its own', () => {
  const { tests } = parse(read('deploy/alerts/fleet.test.yml'));
  const fired = tests.flatMap((test) => test.alert_rule_test).filter((one) => one.exp_alerts.length > 0);
  expect(fired.map((one) => one.alertname).sort()).toEqual(alerts.map((one) => one.alert).sort());
});

it('every alert has its entry in the runbook, and every entry its alert', () => {
  const runbook = read('docs/runbook.md');
  const entries = runbook.split(/^### /m).slice(1);
  expect(entries.map((entry) => entry.split('\n')[0]).sort()).toEqual(alerts.map((one) => one.alert).sort());
  for (const entry of entries) expect(entry).toMatch(/\*\*Means\*\*[^]*\*\*Look first\*\*[^]*\*\*Remedy\*\*/);
});

it('alerts, dashboards and autoscalers ask for nothing that is not measured', () => {
  const scalers = read('k8s/components/keda/scaled-object.yaml') + read('k8s/components/monitoring/kustomization.yaml');
  for (const text of [rules, scalers, JSON.stringify(dashboards())]) expect(unknownMetrics(text, page)).toEqual([]);
  expect(unknownMetrics('rate(eliza_turn_wait_seconds_bucket[5m]) + eliza_nothing', page)).toEqual(['eliza_nothing']);
});

it('dashboards and the rule for the Prometheus operator are as their definitions (node tools/observability/main.mjs)', () => {
  for (const [file, content] of Object.entries(writtenFiles())) expect(parse(read(file))).toEqual(content);
});
