import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startFloor } from './floor/start.mjs';
import { saturate } from './lib/closed-loop.mjs';
import { circumstances, round, table } from './lib/report.mjs';
import { startSystem } from './lib/system.mjs';
import { Target } from './lib/target.mjs';

const HELP = `Turns per second of ours beside those of the floor, the least program that keeps the same durable promise.

npm run bench:floor -- [--users 1,10,50] [--seconds 5] [--rounds 3] [--paced] [--save name]

Both run at once, each on stores of its own; rounds take turns, and medians are compared. Answers come in 20 frames on both
sides: at once and without gathering, or --paced, with 40 ms between pieces and gathering on. A run in which the floor does
not reach 400 turns a second with the most users says nothing: it is void, and the exit code is 3.`;

/** What a machine must let the floor do for the run to count. */
const LEAST_FLOOR = 400;
const CHUNKS = 20;
const PIECE_MS = 40;

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '1,10,50' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    paced: { type: 'boolean', default: false },
    save: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(`${HELP}\n`);
  process.exit(0);
}
const paced = values.paced;
const seconds = Number(values.seconds);
// a word for each piece, so that each takes its time
const text = paced ? `#tps=${1000 / PIECE_MS} #chunks=${CHUNKS} #reply=${'word '.repeat(CHUNKS)}`.trim() : undefined;

const floor = await startFloor({ chunks: CHUNKS, delayMs: paced ? CHUNKS * PIECE_MS : 0 });
const ours = await startSystem({
  env: { SCRIPTED_CHUNKS: String(CHUNKS), CHUNK_INTERVAL_MS: paced ? '30' : '0', WORKER_SLOTS: '50' },
});
const sides = {
  floor: new Target({ gateways: floor.addresses }),
  ours: new Target({ gateways: ours.addresses }),
};
const report = { what: 'turns a second, users who ask again when answered', ...circumstances(), paced, rounds: [] };
try {
  for (const users of values.users.split(',').map(Number)) {
    for (let number = 0; number < Number(values.rounds); number += 1) {
      // whoever is first finds the other one's memory pages: they take turns at that
      const order = number % 2 ? ['ours', 'floor'] : ['floor', 'ours'];
      for (const side of order) {
        const round_ = await saturate(sides[side], { users, seconds, text });
        report.rounds.push({ side, ...round_ });
        process.stderr.write(`${side} ${JSON.stringify(round_)}\n`);
      }
    }
  }
} finally {
  await Promise.all([floor.stop(), ours.stop()]);
}
Object.assign(report, verdict(report.rounds));
const rows = report.sizes.map(({ users, floor: least, ours: own, share, frames }) => [
  users,
  least,
  own,
  `${share} %`,
  frames,
]);
process.stderr.write(`${table([['users', 'floor/s', 'ours/s', 'share', 'frames floor / ours'], ...rows])}\n`);
process.stderr.write(report.void ? `VOID: ${report.void}\n` : 'valid\n');
const json = `${JSON.stringify(report, null, 2)}\n`;
process.stdout.write(json);
if (values.save) {
  const folder = path.join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${values.save}.json`), json);
}
process.exit(report.void ? 3 : 0);

function verdict(rounds) {
  const sizes = [...new Set(rounds.map(({ users }) => users))].map((users) => {
    const of = (side, what) =>
      median(rounds.filter((one) => one.users === users && one.side === side).map((one) => one[what]));
    const [least, own] = ['floor', 'ours'].map((side) => of(side, 'turnsPerSecond'));
    const [leastFrames, ownFrames] = ['floor', 'ours'].map((side) => Math.round(of(side, 'framesPerTurn')));
    const share = round((own / least) * 100);
    return {
      users,
      floor: least,
      ours: own,
      share,
      frames: `${leastFrames} / ${ownFrames}`,
      even: leastFrames === ownFrames,
    };
  });
  const best = Math.max(...sizes.map(({ floor: least }) => least));
  const inexact = rounds.filter(({ delivery }) => delivery.arrived !== delivery.expected || delivery.doubled > 0);
  const reasons = [
    ...(!paced && best < LEAST_FLOOR ? [`the floor reached ${best} turns/s of the ${LEAST_FLOOR} it must show`] : []),
    ...(sizes.some(({ even }) => !even) ? ['the sides did not send as many frames'] : []),
    ...(inexact.length > 0 ? [`${inexact.length} rounds lost or doubled something`] : []),
  ];
  return { sizes, ...(reasons.length > 0 ? { void: reasons.join('; ') } : {}) };
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return round((low + high) / 2);
}
