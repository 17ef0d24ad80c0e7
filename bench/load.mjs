import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { PROGRAMS, runProgram } from './load/programs.mjs';
import { readable } from './lib/report.mjs';

const list = Object.entries(PROGRAMS).map(([name, { what }]) => `  ${name.padEnd(16)} ${what}`);
const HELP = `Puts load on a system at a fixed rate, whatever it does (open loop), and checks that everything arrived exactly once.

npm run bench:load -- <program> [--rate 100] [--seconds 10] [--users 50] [--seed 1] [--url http://one,http://another]

${list.join('\n')}

Without --url a system of its own is started from what is built: --gateways, --workers, --slots (of a
worker), --model-ms, --chunks say what it is. --flood, --slow, --churn belong to programs of their own. With --url any system that speaks ElizaOS's protocol is measured; --key is a tenant's key, --operator-key makes
tenants for the programs that need several. --save name writes bench/results/<name>.json. The exit code is 1 when
something was lost, doubled or refused.`;

const text = (value) => ({ type: 'string', default: value });
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rate: { type: 'string' },
    seconds: { type: 'string' },
    users: { type: 'string' },
    seed: text('1'),
    url: { type: 'string' },
    key: { type: 'string' },
    'operator-key': { type: 'string' },
    gateways: { type: 'string' },
    workers: { type: 'string' },
    'model-ms': { type: 'string' },
    chunks: { type: 'string' },
    slots: { type: 'string' },
    flood: { type: 'string' },
    slow: { type: 'string' },
    churn: { type: 'string' },
    save: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const [name] = positionals;
if (values.help || !Object.hasOwn(PROGRAMS, name ?? '')) {
  process.stdout.write(`${HELP}\n`);
  process.exit(values.help ? 0 : 2);
}

const { url, key, save, seed, 'operator-key': operatorKey, ...given } = values;
const numbers = Object.fromEntries(
  Object.entries(given).flatMap(([option, value]) => (typeof value === 'string' ? [[option, Number(value)]] : [])),
);
const report = await runProgram(name, { ...numbers, seed: Number(seed) }, { url, key, operatorKey });
process.stderr.write(`${readable(report)}\n`);
const json = `${JSON.stringify(report, null, 2)}\n`;
process.stdout.write(json);
if (save) {
  const folder = path.join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${save}.json`), json);
}
process.exit(report.exact ? 0 : 1);
