import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** Started again as whoever runs it in production would, also when a store is away meanwhile. */
async function startAgain(service) {
  for (;;) {
    try {
      await service.start();
      return;
    } catch {
      await service.kill();
      service.diedOf = undefined;
      await delay(500);
    }
  }
}

const away =
  (how) =>
  async (store, { forMs }) => {
    await store[how]();
    await delay(forMs);
    await store.start();
  };

const frozen = async (service, { forMs }) => {
  service.freeze();
  await delay(forMs);
  service.thaw();
};

const killed = async (service) => {
  await service.kill();
  await startAgain(service);
};

/** Asked to end, it must end by itself. */
const ended = async (service, { history }) => {
  const code = await service.end();
  history.note('nemesis', 'exit', { service: service.name, code });
  await startAgain(service);
};

/**
 * What can happen. `to` names whom it may happen to, `ms` how long it lasts at least and at most; two things never
 * happen to the same one at once.
 */
export const ACTS = {
  'kill a worker': { to: ({ system }) => system.workers, act: killed },
  'kill a gateway': { to: ({ system }) => system.gateways, act: killed },
  'kill the media-service': { to: ({ system }) => system.media, act: killed },
  'freeze a worker': { to: ({ system }) => system.workers, ms: [2_500, 4_000], act: frozen },
  'freeze a gateway': { to: ({ system }) => system.gateways, ms: [500, 2_000], act: frozen },
  'restart a worker': { to: ({ system }) => system.workers, act: ended },
  'restart a gateway': { to: ({ system }) => system.gateways, act: ended },
  'stop redis': { to: ({ system }) => [system.stores.redis], ms: [500, 3_000], act: away('stop') },
  'kill redis': { to: ({ system }) => [system.stores.redis], ms: [0, 1_000], act: away('kill') },
  'flush redis': { to: ({ system }) => [system.stores.redis], act: flush },
  'restart postgres': { to: ({ system }) => [system.stores.postgres], ms: [0, 1_500], act: away('stop') },
  'kill postgres': { to: ({ system }) => [system.stores.postgres], ms: [0, 1_000], act: away('kill') },
  'stop s3': { to: ({ system }) => [system.stores.s3].filter(Boolean), ms: [1_000, 3_000], act: away('kill') },
  'drop all sockets': {
    to: ({ balancer }) => [balancer],
    act(balancer, { history }) {
      history.note('nemesis', 'dropped', { count: balancer.cut() });
    },
  },
  'delay everything': {
    to: ({ balancer }) => [balancer],
    ms: [500, 2_000],
    async act(balancer, { forMs, pick }) {
      balancer.delayMs = 50 + (pick % 250);
      await delay(forMs);
      balancer.delayMs = 0;
    },
  },
};

async function flush(store) {
  const client = new Redis(store.server.url, { lazyConnect: true, retryStrategy: null });
  try {
    await client.connect();
    await client.flushall();
  } finally {
    client.disconnect();
  }
}

/**
 * When what happens to whom, thrown before anything does: the same seed gives the same schedule.
 *
 * @param {import('../lib/dice.mjs').Dice} dice
 * @param {{acts: string[], everyMs: number, seconds: number, ms?: Record<string, [number, number]>}} plan
 */
export function schedule(dice, { acts, everyMs, seconds, ms = {} }) {
  const planned = [];
  if (acts.length === 0) return planned;
  for (let at = everyMs; at < seconds * 1000; at += dice.between(0.5, 1.5) * everyMs) {
    const name = dice.pick(acts);
    const [from, to] = ms[name] ?? ACTS[name].ms ?? [0, 0];
    planned.push({ at: Math.round(at), act: name, pick: dice.throw(1_000), forMs: Math.round(dice.between(from, to)) });
  }
  return planned;
}

/** Lets happen what is planned; resolves when all of it is over and everybody runs. */
export async function rage(planned, world) {
  const { history } = world;
  const busy = new Map();
  const begun = performance.now();
  const running = [];
  for (const { at, act: name, pick, forMs } of planned) {
    await delay(Math.max(0, begun + at - performance.now()));
    const { to, act } = ACTS[name];
    const ones = to(world);
    if (ones.length === 0) continue;
    const one = ones[pick % ones.length];
    const before = busy.get(one) ?? Promise.resolve();
    const happening = before.then(async () => {
      history.note('nemesis', name, { to: one.name, forMs });
      await act(one, { forMs, pick, history });
      history.note('nemesis', 'over', { act: name, to: one.name });
    });
    busy.set(
      one,
      happening.catch(() => undefined),
    );
    running.push(happening);
  }
  await Promise.all(running);
}
