import { Dice } from '../lib/dice.mjs';
import { Histogram } from '../lib/histogram.mjs';
import { circumstances, cpuTimes } from '../lib/report.mjs';
import { startSystem } from '../lib/system.mjs';
import { Target } from '../lib/target.mjs';
import { busy } from '../lib/usage.mjs';
import { connectStorm } from './connect-storm.mjs';
import { fanOut } from './fan-out.mjs';
import { idleSockets } from './idle-sockets.mjs';
import { manyTenants } from './many-tenants.mjs';
import { messagePost } from './message-post.mjs';
import { noisyNeighbour } from './noisy-neighbour.mjs';
import { restReads } from './rest-reads.mjs';
import { sendAck } from './send-ack.mjs';
import { slowReaders } from './slow-readers.mjs';
import { soak } from './soak.mjs';
import { turns } from './turns.mjs';

/**
 * Every program says `what` it does, has `defaults`, and `run`s. It gets what it may need ({@link Run}) and answers
 * `{delivery, figures}`: counts of what was to arrive and did, and what else it found.
 */
export const PROGRAMS = {
  'rest-reads': restReads,
  'message-post': messagePost,
  'send-ack': sendAck,
  'fan-out': fanOut,
  'connect-storm': connectStorm,
  turns,
  'many-tenants': manyTenants,
  'noisy-neighbour': noisyNeighbour,
  'idle-sockets': idleSockets,
  'slow-readers': slowReaders,
  soak,
};

const SIZE = { gateways: 1, workers: 1, 'model-ms': 0, chunks: 20 };

/** What a program works with. */
class Run {
  latencies = {};
  #before;

  constructor({ target, options, system }) {
    this.target = target;
    this.options = options;
    this.system = system;
    this.dice = new Dice(options.seed);
  }

  /** Notes a duration in milliseconds under a name. */
  record(name, ms) {
    this.latencies[name] ??= new Histogram();
    this.latencies[name].record(ms);
  }

  /** What is busy counts from here to the end of the program. */
  begin() {
    this.#before = { at: performance.now(), cpu: cpuTimes(), usage: this.system?.usage(), own: process.cpuUsage() };
  }

  /** Percent of one core that each process took since {@link begin}; `others` is what else ran on this machine. */
  busy() {
    const before = this.#before;
    if (!before?.usage || !before.cpu) return {};
    const seconds = (performance.now() - before.at) / 1000;
    const shares = busy(before.usage, this.system.usage(), seconds);
    const { user, system } = process.cpuUsage(before.own);
    const generator = Math.round((user + system) / 1e4 / seconds);
    const all = ((cpuTimes().busySeconds - before.cpu.busySeconds) / seconds) * 100;
    const others = all - generator - Object.values(shares).reduce((sum, one) => sum + one, 0);
    return { busy: { ...shares, generator, others: Math.round(others) } };
  }
}

/**
 * Runs a program against a given system, or one of its own.
 *
 * @returns {Promise<object>} its report; `exact` says whether all arrived once
 */
export async function runProgram(name, given, { url, key, operatorKey } = {}) {
  const { what, defaults, run } = PROGRAMS[name];
  const options = { ...SIZE, ...defaults, ...given };
  const system = url ? undefined : await ownSystem(options);
  try {
    const gateways = url?.split(',') ?? system.addresses;
    const target = new Target({ gateways, key, operatorKey: operatorKey ?? system?.operatorKey });
    const course = new Run({ target, options, system });
    const about = circumstances();
    const { delivery, figures = {} } = await run(course);
    const latencies = Object.entries(course.latencies).map(([one, histogram]) => [one, histogram.summary()]);
    return {
      program: name,
      what,
      ...about,
      target: url ?? { gateways: options.gateways, workers: options.workers },
      options,
      latencies: Object.fromEntries(latencies),
      figures: { ...figures, ...course.busy() },
      delivery,
      exact: isExact(delivery),
    };
  } finally {
    await system?.stop();
  }
}

function ownSystem(options) {
  return startSystem({
    gateways: options.gateways,
    workers: options.workers,
    env: {
      SCRIPTED_LATENCY_MS: String(options['model-ms']),
      SCRIPTED_CHUNKS: String(options.chunks),
      WORKER_SLOTS: String(options.slots ?? 200),
    },
  });
}

/** What arrived is what was due, once; nothing was refused. */
function isExact({ expected, arrived, ...faults }) {
  return expected === arrived && Object.values(faults).every((count) => count === 0);
}
