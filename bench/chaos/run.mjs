import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Dice } from '../lib/dice.mjs';
import { Histogram } from '../lib/histogram.mjs';
import { openLoop, waitFor } from '../lib/open-loop.mjs';
import { circumstances } from '../lib/report.mjs';
import { startSystem } from '../lib/system.mjs';
import { Target } from '../lib/target.mjs';
import { Balancer } from './balancer.mjs';
import { faultsOf } from './checker.mjs';
import { ChaosClient } from './client.mjs';
import { History } from './history.mjs';
import { Duplicates } from './duplicates.mjs';
import { rage, schedule } from './nemesis.mjs';
import { scenario } from './scenarios.mjs';
import { storedState, unfinished } from './stored.mjs';

/** So long after the last act all must be acknowledged and answered. */
const RECOVERY_MS = 60_000;
const QUIET_MS = 10_000;
/** BullMQ gives up jobs of workers that died after its lock and its look for such, half a minute each. */
const QUEUES_MS = 75_000;

/** Leases and sweeps of about a second, so that a short run sees many of them. */
const HASTE = {
  TURN_LEASE_MS: '1500',
  SWEEP_INTERVAL_MS: '300',
  TURN_UNCLAIMED_MS: '2000',
  SHUTDOWN_GRACE_MS: '1500',
};

/**
 * Runs a scenario on a system of its own and proves the promises on the record.
 *
 * @param {string} name of a scenario
 * @param {object} given `seed`, and what differs from the scenario
 * @returns {Promise<{report: object, history: History}>}
 */
export async function runChaos(name, { seed, ...given }) {
  const plan = scenario(name, given);
  const dice = new Dice(seed);
  const planned = schedule(dice.named('nemesis'), plan);
  const about = circumstances();
  const system = await startSystem({
    ...plan,
    quiet: true,
    // who is killed again and again needs as many attempts; poison has to run out of them
    env: { ...HASTE, TURN_MAX_ATTEMPTS: plan.poison ? '3' : '50', ...plan.env },
    envOf: Object.fromEntries(Object.entries(plan.skewMs ?? {}).map(([one, ms]) => [one, skewed(ms)])),
  });
  const balancer = await new Balancer(system.addresses).start();
  balancer.name = 'network';
  const history = new History();
  const world = { system, balancer, history };
  const cast = [];
  try {
    const channels = new Map();
    for (let number = 1; number <= plan.tenants; number += 1) {
      cast.push(...(await people(world, { plan, mark: `[tenant ${number}]`, channels })));
    }
    await Promise.all(cast.map(({ speaker, listener }) => Promise.all([speaker.start(), listener.start()])));
    const duplicates = plan.jobs ? await new Duplicates(system, plan.jobs).start() : undefined;
    const talking = talk(cast, { plan, dice: dice.named('words') });
    await rage(planned, world);
    const { sent, acknowledged } = await talking;
    const over = history.now;
    await Promise.race([acknowledged, delay(RECOVERY_MS)]);
    const done = await waitFor(async () => (await unfinished(system.stores.adminUrl)) === 0, {
      ms: RECOVERY_MS,
      every: 100,
    });
    const answeredAfterMs = history.now - over;
    await duplicates?.stop();
    const clients = cast.flatMap(({ speaker, listener }) => [speaker, listener]);
    const stored = await quiet(system, { clients, channels });
    const views = new Map(clients.map((client) => [client.name, client.views]));
    const faults = faultsOf({ events: history.events, stored, channels, views });
    faults['all is answered in time'] = done ? [] : [`not within ${RECOVERY_MS} ms`];
    faults['all is acknowledged in the end'] = history.of('given up').map(({ key }) => `${key} was given up`);
    faults['processes live and end well'] = endings(world);
    if (plan.poison) faults['poison ends as failed, all else as answered'] = poisoned(stored);
    const held = Object.values(faults).every((list) => list.length === 0);
    const figures = { ...figuresOf(history, stored), sent, answeredAfterMs, ...duplicates?.figures() };
    const report = {
      program: 'chaos',
      scenario: name,
      what: plan.what,
      seed,
      ...about,
      plan,
      held,
      faults,
      figures,
      schedule: planned,
    };
    if (!held) report.logs = Object.fromEntries(system.processes.map((one) => [one.name, one.lines.slice(-15)]));
    return { report, history };
  } finally {
    for (const { speaker, listener } of cast) for (const client of [speaker, listener]) client.close();
    await balancer.close();
    await system.stop();
  }
}

/** A tenant's users: each with a channel to its agent, at two devices. */
async function people({ system, balancer, history }, { plan, mark, channels }) {
  const made = await new Target({ gateways: system.addresses, operatorKey: system.operatorKey }).newTenant(mark);
  const target = new Target({ gateways: [balancer.url], key: made.target.key });
  const cast = [];
  for (let number = 1; number <= plan.channels; number += 1) {
    const entityId = randomUUID();
    const channel = await made.target.channel([entityId, made.agentId]);
    channels.set(channel, { tenant: made.id, mark, agent: made.agentId });
    const device = (name) =>
      new ChaosClient({
        name: `${mark} ${name} ${number}`,
        url: balancer.url,
        target,
        entityId,
        channels: [channel],
        history,
      });
    cast.push({ mark, channel, speaker: device('speaker'), listener: device('listener') });
  }
  return cast;
}

/** Messages at a fixed rate for the time of the run, every fifth over REST. */
async function talk(cast, { plan, dice }) {
  const until = performance.now() + plan.seconds * 1000 + RECOVERY_MS;
  const saying = [];
  const { sent } = await openLoop({
    rate: plan.rate,
    seconds: plan.seconds,
    act(number) {
      const { mark, channel, speaker } = dice.pick(cast);
      const directives = [
        `#latency=${dice.throw(plan.latencyMs + 1)} #chunks=${1 + dice.throw(12)}`,
        ...(plan.plain ? [] : [`#tps=${20 + dice.throw(200)}`]),
        ...(plan.poison && dice.throw(plan.poison) === 0 ? ['#fail=bug'] : []),
      ];
      const text = `${mark} message ${number} – “ünïcode” 🙂 ${directives.join(' ')}`;
      const way = dice.throw(5) === 0 ? 'post' : 'say';
      saying.push(speaker[way](channel, text, { key: `key-${number}`, until }));
    },
  });
  return { sent, acknowledged: Promise.all(saying) };
}

/** Waits until clients have heard what is stored, and until queues are empty, for a while at most; answers what is stored. */
async function quiet(system, { clients, channels }) {
  const ids = [...channels.keys()];
  let stored;
  const look = async () => {
    stored = await storedState(system, ids);
    return stored;
  };
  const heard = async () => {
    await Promise.race([Promise.all(clients.map((client) => client.settled())), delay(QUIET_MS)]);
    const counts = new Map();
    for (const { channel } of (await look()).messages) counts.set(channel, (counts.get(channel) ?? 0) + 1);
    const all = ({ views }) => [...views].every(([channel, shown]) => shown.size === (counts.get(channel) ?? 0));
    return clients.every(all);
  };
  await waitFor(heard, { ms: QUIET_MS, every: 250 });
  const empty = async () => (await look()).queued === 0 && stored.openTransactions === 0;
  await waitFor(empty, { ms: QUEUES_MS, every: 500 });
  return stored;
}

function endings({ system, history }) {
  const died = system.processes.flatMap(({ diedOf }) => diedOf ?? []);
  const exits = history.of('exit').filter(({ code }) => code !== 0);
  return [...died, ...exits.map(({ service, code }) => `${service} ended with ${code ?? 'a kill'}`)];
}

function poisoned({ messages, turns }) {
  const texts = new Map(messages.map(({ id, content }) => [id, content]));
  return turns.flatMap(({ messageId, state }) => {
    const due = texts.get(messageId)?.includes('#fail=bug') ? 'failed' : 'completed';
    return state === due ? [] : [`"${texts.get(messageId)}" is ${state}`];
  });
}

function figuresOf(history, stored) {
  const sent = new Map(history.of('send').map(({ key, at }) => [key, at]));
  const acks = new Histogram();
  for (const { key, at } of history.of('ack')) acks.record(at - sent.get(key));
  const { p50, p99, max } = acks.summary();
  const count = (what) => history.of(what).length;
  const attempts = stored.turns.map(({ attempt }) => attempt);
  const acts = {};
  for (const { what, forMs } of history.events.filter(({ who }) => who === 'nemesis')) {
    if (forMs !== undefined) acts[what] = (acts[what] ?? 0) + 1;
  }
  return {
    stored: stored.messages.length,
    ackMs: { p50, p99, max },
    refused: count('refused'),
    disconnects: count('disconnect'),
    readAfterReconnects: history.of('read').reduce((sum, { found }) => sum + found, 0),
    secondAttempts: attempts.filter((attempt) => attempt > 1).length,
    mostAttempts: Math.max(0, ...attempts),
    acts,
  };
}

function skewed(ms) {
  const shim = path.join(import.meta.dirname, 'skew.mjs');
  return { NODE_OPTIONS: `--import=${shim}`, CLOCK_SKEW_MS: String(ms) };
}
