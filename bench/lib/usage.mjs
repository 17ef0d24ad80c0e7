import { readdirSync, readFileSync } from 'node:fs';

// USER_HZ: 100 on every Linux that Node runs on
const TICKS = 100;

/**
 * Processor time and memory of processes by name, from /proc; empty where there is none. Postgres' backends count for
 * their postmaster.
 *
 * @param {Record<string, number>} pids
 * @returns {Record<string, {cpuSeconds: number, rssMb: number}>}
 */
export function usageOf(pids) {
  const children = new Map();
  for (const one of everyProcess()) {
    if (!children.has(one.parent)) children.set(one.parent, []);
    children.get(one.parent).push(one);
  }
  const found = {};
  for (const [name, pid] of Object.entries(pids)) {
    const own = statOf(pid);
    if (!own) continue;
    const all = [own, ...(children.get(pid) ?? [])];
    const ticks = own.childTicks + all.reduce((sum, { ticks: own_ }) => sum + own_, 0);
    const memory = name === 'postgres' ? 0 : all.reduce((sum, one) => sum + one.rssMb, 0);
    found[name] = { cpuSeconds: ticks / TICKS, rssMb: Math.round(memory * 10) / 10 };
  }
  return found;
}

/** How busy each was between two looks, in percent of one core. */
export function busy(before, after, seconds) {
  const names = Object.keys(after).filter((name) => before[name]);
  const share = (name) => ((after[name].cpuSeconds - before[name].cpuSeconds) / seconds) * 100;
  return Object.fromEntries(names.map((name) => [name, Math.round(share(name))]));
}

function everyProcess() {
  let names = [];
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return []; // no Linux
  }
  return names.map((name) => statOf(Number(name))).filter(Boolean);
}

function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // the name, in brackets, may hold anything
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent, user, system, childUser, childSystem] = [1, 11, 12, 13, 14].map((place) => fields[place]);
    const pages = fields[21];
    return { parent, ticks: user + system, childTicks: childUser + childSystem, rssMb: (pages * 4096) / 1e6 };
  } catch {
    return undefined;
  }
}
