const PROCESSES = ['kill a worker', 'kill a gateway', 'kill the media-service'];
const GENTLE = ['restart a worker', 'restart a gateway'];
const STORES = ['stop redis', 'kill redis', 'flush redis', 'restart postgres', 'kill postgres', 'stop s3'];
const NETWORK = ['drop all sockets', 'delay everything'];
const FREEZES = ['freeze a worker', 'freeze a gateway'];

const USUAL = {
  gateways: 2,
  workers: 2,
  tenants: 2,
  channels: 6,
  rate: 10,
  latencyMs: 400,
  everyMs: 2_500,
  seconds: 20,
};

/**
 * What may happen in each, and to whom. Sizes are for two cores; `--seconds`, `--rate`, `--channels` make them larger.
 * `ms` says how long an act lasts at least and at most, where that is not as usual.
 */
export const SCENARIOS = {
  everything: {
    what: 'everything that can happen, mixed by seed',
    acts: [...PROCESSES, ...PROCESSES, ...GENTLE, ...STORES, ...NETWORK, ...FREEZES],
    media: true,
    everyMs: 1_200,
  },
  calm: { what: 'nothing happens', acts: [] },
  R1: { what: 'random processes are killed', acts: PROCESSES, media: true, workers: 2, gateways: 3 },
  R2: { what: 'workers are killed in the middle of turns', acts: ['kill a worker'], everyMs: 1_500, latencyMs: 1_500 },
  R3: {
    what: 'workers are held still for two leases and more, and go on as if nothing had been',
    acts: ['freeze a worker'],
    ms: { 'freeze a worker': [3_000, 5_000] },
    latencyMs: 1_500,
  },
  R4: {
    what: 'Redis is away, for 2, 6 and 12 seconds',
    acts: ['stop redis'],
    ms: { 'stop redis': [2_000, 12_000] },
    everyMs: 6_000,
    seconds: 30,
  },
  R5: { what: 'Redis forgets everything', acts: ['flush redis'], everyMs: 3_000 },
  R7: { what: 'Postgres is stopped and killed', acts: ['restart postgres', 'kill postgres'], everyMs: 5_000 },
  R8: {
    what: 'Postgres has 20 connections for everybody while every lane runs a turn',
    acts: [],
    settings: { max_connections: 23, superuser_reserved_connections: 3 },
    env: { DATABASE_POOL_SIZE: '5', WORKER_SLOTS: '200' },
    rate: 20,
    channels: 30,
    latencyMs: 8_000,
  },
  R9: { what: 'S3 is away; chat is not to notice', acts: ['stop s3'], media: true, ms: { 'stop s3': [4_000, 8_000] } },
  R10: { what: 'gateways are restarted one after the other', acts: ['restart a gateway'], gateways: 3, everyMs: 3_000 },
  R11: { what: 'all sockets are dropped at once', acts: ['drop all sockets'], channels: 30, everyMs: 5_000 },
  R13: { what: 'every job is delivered three times', acts: [], jobs: 3 },
  R15: {
    what: 'the clocks of two workers are five minutes apart from everybody’s, one ahead and one behind',
    acts: ['kill a worker'],
    everyMs: 5_000,
    skewMs: { 'worker-1': 300_000, 'worker-2': -300_000 },
  },
  R17: {
    what: 'two workers, one channel, messages back to back',
    acts: [],
    tenants: 1,
    channels: 1,
    rate: 15,
    latencyMs: 10,
    plain: true,
  },
  R19: { what: 'one message in five makes the engine throw', acts: [], poison: 5 },
  R25: {
    what: 'workers are asked to stop in the middle of turns',
    acts: ['restart a worker'],
    latencyMs: 3_000,
    everyMs: 4_000,
  },
};

/** A scenario with everything that it leaves to usage. */
export function scenario(name, given = {}) {
  return { ms: {}, ...USUAL, ...SCENARIOS[name], ...given };
}
