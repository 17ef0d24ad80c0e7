import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Chatter } from './lib/chatter.mjs';
import { summary } from './lib/statistics.mjs';
import { startSystem } from './lib/system.mjs';

const HELP = `Measures whole turns: a user's message through gateway, queue, worker and back.

npm run bench -- [--rates 50,100,200] [--latencies 0,500] [--seconds 10] [--users 200]
                 [--gateways 1] [--workers 1] [--save name]

Messages arrive at fixed times whatever the system does (open loop), each user in a direct channel of its own, where
answers come one after the other; times count from when a message was due. Every message must be acknowledged, broadcast
and answered exactly once. A rate that is not kept up with ends its series.`;

const { values } = parseArgs({
  options: {
    rates: { type: 'string', default: '50,100,200,300,400,500' },
    latencies: { type: 'string', default: '0,500' },
    seconds: { type: 'string', default: '10' },
    users: { type: 'string', default: '200' },
    gateways: { type: 'string', default: '1' },
    workers: { type: 'string', default: '1' },
    slots: { type: 'string', default: '400' },
    chunks: { type: 'string', default: '4' },
    save: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(`${HELP}\n`);
  process.exit(0);
}
const numbers = (list) => list.split(',').map(Number);
const seconds = Number(values.seconds);
const users = Number(values.users);

/** A step is kept up with when its last answer comes at most this long after its last message. */
const PATIENCE_MS = 5_000;

const report = {
  what: 'whole turns over Socket.IO, open loop, milliseconds from when a message was due',
  at: new Date().toISOString(),
  commit: commit(),
  machine: { cpu: os.cpus()[0]?.model, cores: os.cpus().length, node: process.version },
  system: { gateways: Number(values.gateways), workers: Number(values.workers), slots: Number(values.slots), users },
  durable: 'Postgres fsync on, Redis appendonly everysec; load generator on the same cores',
  series: [],
};

for (const latency of numbers(values.latencies)) {
  const system = await startSystem({
    gateways: Number(values.gateways),
    workers: Number(values.workers),
    env: {
      MODEL_PROVIDER: 'scripted',
      SCRIPTED_LATENCY_MS: String(latency),
      SCRIPTED_CHUNKS: values.chunks,
      WORKER_SLOTS: values.slots,
    },
  });
  try {
    const steps = [];
    for (const rate of numbers(values.rates)) {
      const step = await measure(system.gateways, rate);
      process.stderr.write(`latency ${latency} ms, ${rate}/s: ${JSON.stringify(step)}\n`);
      steps.push(step);
      if (!step.keptUp) break;
    }
    report.series.push({ modelLatencyMs: latency, steps });
  } finally {
    await system.stop();
  }
}

const text = `${JSON.stringify(report, null, 2)}\n`;
process.stdout.write(text);
if (values.save) {
  const folder = path.join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${values.save}.json`), text);
}

/** Sends at `rate` messages a second for the set time and answers what became of them. */
async function measure(addresses, rate) {
  const agentId = elizaId('Eliza');
  const chatters = Array.from(
    { length: users },
    (_, index) => new Chatter(addresses[index % addresses.length], agentId),
  );
  try {
    await Promise.all(chatters.map((chatter) => chatter.ready()));
    // the first turns find cold code and an unknown tenant share
    for (const chatter of chatters) chatter.say('warm up', performance.now());
    await delay(2_000);
    for (const chatter of chatters) chatter.sent.clear();

    const total = rate * seconds;
    const start = performance.now();
    for (let number = 0; number < total; number += 1) {
      const due = start + (number * 1000) / rate;
      const wait = due - performance.now();
      if (wait > 1) await delay(wait);
      chatters[number % users].say(`message ${number}`, due);
    }
    const last = performance.now();
    const entries = chatters.flatMap((chatter) => [...chatter.sent.values()]);
    while (entries.some((entry) => entry.counts.reply === 0) && performance.now() < last + PATIENCE_MS) await delay(20);
    const elapsed = (performance.now() - start) / 1000;
    return result(entries, { rate, elapsed, total, faults: chatters.flatMap((chatter) => chatter.faults) });
  } finally {
    for (const chatter of chatters) chatter.close();
  }
}

function result(entries, { rate, elapsed, total, faults }) {
  const took = (what) =>
    summary(entries.flatMap(({ due, times }) => (times[what] === undefined ? [] : [times[what] - due])));
  const count = (test) => entries.filter(({ counts }) => test(counts)).length;
  const answered = count(({ reply }) => reply > 0);
  const lost = count(({ ack, broadcast }) => ack === 0 || broadcast === 0);
  const doubled = count(({ ack, broadcast, reply }) => ack > 1 || broadcast > 1 || reply > 1);
  return {
    rate,
    turnsPerSecond: Math.round((answered / elapsed) * 10) / 10,
    keptUp: answered === total && lost === 0 && took('reply').p50 < 1_000 + 500,
    sent: total,
    answered,
    lost,
    doubled,
    errors: faults.length,
    sendToAck: took('ack'),
    sendToBroadcast: took('broadcast'),
    sendToFirstChunk: took('chunk'),
    sendToReply: took('reply'),
  };
}

function commit() {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return null;
  }
}

/** ElizaOS's id of an agent's name. */
function elizaId(name) {
  const hash = createHash('sha1').update(encodeURIComponent(name)).digest();
  hash[6] &= 0x0f;
  hash[8] = (hash[8] & 0x3f) | 0x80;
  const hex = hash.toString('hex', 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
