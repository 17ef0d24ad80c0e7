import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runToEnd } from '../tools/lib/child.mjs';
import { inRepository } from '../tools/lib/places.mjs';
import { saturate } from './lib/closed-loop.mjs';
import { circumstances, round, table } from './lib/report.mjs';
import { startSystem } from './lib/system.mjs';
import { Target } from './lib/target.mjs';

const HELP = `Whether this checkout, as it is built, is faster or slower than another commit: both run at once, each on stores of its own,
and rounds take turns.

npm run bench:compare -- <rev> [--users 20] [--seconds 4] [--rounds 7]

The other commit is built in a temporary folder with this checkout's packages. A difference counts when every round but one
shows it and the median is over 5 %. The exit code is 1 when this one is slower.`;

/** What is less is taken for chance, in percent. */
const CHANCE = 5;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    users: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '7' },
    help: { type: 'boolean', default: false },
  },
});
const [rev] = positionals;
if (values.help || !rev) {
  process.stdout.write(`${HELP}\n`);
  process.exit(values.help ? 0 : 2);
}
const load = { users: Number(values.users), seconds: Number(values.seconds) };
const env = { SCRIPTED_CHUNKS: '20', CHUNK_INTERVAL_MS: '0', WORKER_SLOTS: '50' };
const other = await built(rev);
const systems = [];
try {
  for (const dist of [inRepository('dist'), other.dist]) systems.push(await startSystem({ env, dist }));
  const [own, theirs] = systems.map(({ addresses }) => new Target({ gateways: addresses }));
  // the first round of each finds cold code
  for (const target of [own, theirs]) await saturate(target, load);
  const rounds = [];
  for (let number = 0; number < Number(values.rounds); number += 1) {
    const measured = {};
    const order = number % 2 ? ['theirs', 'own'] : ['own', 'theirs'];
    for (const side of order) measured[side] = await saturate(side === 'own' ? own : theirs, load);
    const [here, there] = [measured.own, measured.theirs];
    const percent = round((here.turnsPerSecond / there.turnsPerSecond - 1) * 100);
    rounds.push({ own: here.turnsPerSecond, other: there.turnsPerSecond, percent });
    process.stderr.write(`this ${here.turnsPerSecond}/s, ${rev} ${there.turnsPerSecond}/s, ${percent} %\n`);
  }
  const result = verdict(rounds);
  const rows = rounds.map((one, index) => [index + 1, one.own, one.other, `${one.percent} %`]);
  process.stderr.write(`${table([['round', 'this/s', `${other.commit}/s`, 'difference'], ...rows])}\n${result.says}\n`);
  const report = { what: 'turns a second', ...circumstances(), other: other.commit, ...load, rounds, ...result };
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  process.exitCode = result.verdict === 'slower' ? 1 : 0;
} finally {
  for (const system of systems) await system.stop();
  other.remove();
}

/** Differences of one run hold on a busy machine too: what slows one round slows both sides of it. */
function verdict(rounds) {
  const percents = rounds.map(({ percent }) => percent).sort((a, b) => a - b);
  const median = percents[Math.floor(percents.length / 2)];
  const agreeing = percents.filter((percent) => Math.sign(percent) === Math.sign(median)).length;
  const counts = Math.abs(median) > CHANCE && agreeing >= rounds.length - 1;
  const verdict_ = counts ? (median > 0 ? 'faster' : 'slower') : 'same';
  const range = `median ${median} %, from ${percents[0]} to ${percents.at(-1)} %`;
  return {
    verdict: verdict_,
    median,
    says: `This one is ${counts ? verdict_ : 'as fast, as far as this run can tell'}: ${range}.`,
  };
}

/** Another commit, built beside this one. */
async function built(wanted) {
  const git = (...args) => execFileSync('git', args, { cwd: inRepository(), encoding: 'utf8' }).trim();
  const commit = git('rev-parse', '--short', `${wanted}^{commit}`);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'eliza-compare-'));
  const checkout = path.join(folder, 'checkout');
  const remove = () => {
    execFileSync('git', ['worktree', 'remove', '--force', checkout], { cwd: inRepository() });
    rmSync(folder, { recursive: true, force: true });
  };
  git('worktree', 'add', '--detach', checkout, commit);
  try {
    symlinkSync(inRepository('node_modules'), path.join(checkout, 'node_modules'));
    process.stderr.write(`building ${commit} …\n`);
    const nest = path.join('node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
    await runToEnd({ name: 'build', command: process.execPath, args: [nest, 'build', '--all'], cwd: checkout });
  } catch (error) {
    remove();
    throw error;
  }
  return { commit, dist: path.join(checkout, 'dist'), remove };
}
