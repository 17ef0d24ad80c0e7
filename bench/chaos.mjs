import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runChaos } from './chaos/run.mjs';
import { SCENARIOS } from './chaos/scenarios.mjs';

const list = Object.entries(SCENARIOS).map(([name, { what }]) => `  ${name.padEnd(11)} ${what}`);
const HELP = `Starts a real cluster over stores of its own, lets users talk in it while things happen to it, and proves on the record
of all that was sent and heard that nothing was lost, doubled, mixed up or shown to another tenant.

npm run bench:chaos -- [scenario …] [--seed 1] [--long] [--seconds 20] [--rate 10] [--channels 6] [--save name]

${list.join('\n')}

The same seed gives the same users, words and schedule. --long runs for ten minutes. A run that fails prints its faults and
logs, keeps the whole history in a file, and ends with exit code 1; --history file keeps it
in any case.`;

const LONG_SECONDS = 600;
const numbers = ['seconds', 'rate', 'channels', 'tenants', 'gateways', 'workers'];
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    long: { type: 'boolean', default: false },
    ...Object.fromEntries(numbers.map((name) => [name, { type: 'string' }])),
    save: { type: 'string' },
    history: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const names = positionals.length > 0 ? positionals : ['everything'];
if (values.help || !names.every((name) => Object.hasOwn(SCENARIOS, name))) {
  process.stdout.write(`${HELP}\n`);
  process.exit(values.help ? 0 : 2);
}
const given = Object.fromEntries(numbers.flatMap((name) => (values[name] ? [[name, Number(values[name])]] : [])));
if (values.long) given.seconds = LONG_SECONDS;

const reports = [];
for (const name of names) {
  const { report, history } = await runChaos(name, { ...given, seed: Number(values.seed) });
  if (!report.held || values.history) {
    report.history = values.history ?? path.join(os.tmpdir(), `eliza-chaos-${name}-${values.seed}.jsonl`);
    history.save(report.history);
  }
  process.stderr.write(`${readable(report)}\n`);
  reports.push(report);
}
const json = `${JSON.stringify(reports.length === 1 ? reports[0] : reports, null, 2)}\n`;
process.stdout.write(json);
if (values.save) {
  const folder = path.join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${values.save}.json`), json);
}
process.exit(reports.every(({ held }) => held) ? 0 : 1);

function readable({ scenario, what, seed, faults, figures, held, history, logs }) {
  return [
    `${scenario}: ${what} (seed ${seed})`,
    ...Object.entries(faults).map(
      ([promise, list_]) => `  ${list_.length ? '✗' : '✓'} ${[promise, ...list_].join('\n      ')}`,
    ),
    `  ${JSON.stringify(figures)}`,
    ...(held
      ? []
      : [
          `  history: ${history}`,
          ...Object.entries(logs).flatMap(([name, lines]) => lines.map((line) => `  ${name} | ${line}`)),
        ]),
  ].join('\n');
}
