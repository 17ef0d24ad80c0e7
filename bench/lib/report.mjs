import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { inRepository } from '../../tools/lib/places.mjs';

/** What a figure is worth nothing without. `load` is of the minute before: others may work on this machine. */
export function circumstances() {
  const [load] = os.loadavg();
  return {
    at: new Date().toISOString(),
    commit: commit(),
    machine: { cpu: os.cpus()[0]?.model, cores: os.cpus().length, node: process.version, load: round(load) },
    durable: 'Postgres fsync on, Redis appendonly everysec; the load comes from the same cores',
  };
}

/** The short name of what is checked out, with a + when files differ from it. */
function commit(folder = inRepository()) {
  const git = (...args) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
  try {
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', '-uno') ? '+' : '');
  } catch {
    return undefined;
  }
}

/** Processor time that this machine has spent, all processes and cores together; undefined where nobody tells. */
export function cpuTimes() {
  try {
    const fields = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0].trim().split(/\s+/).slice(1).map(Number);
    const idle = fields[3] + fields[4];
    return { busySeconds: (fields.reduce((sum, one) => sum + one, 0) - idle) / 100 };
  } catch {
    return undefined;
  }
}

/**
 * A table for people. The first row is the head.
 *
 * @param {(string | number | null | undefined)[][]} rows
 */
export function table(rows) {
  const texts = rows.map((row) => row.map((cell) => (cell === null || cell === undefined ? '–' : String(cell))));
  const widths = texts[0].map((_, column) => Math.max(...texts.map((row) => row[column].length)));
  const line = (row) => row.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[0])));
  return texts.map((row) => `  ${line(row).join('  ')}`).join('\n');
}

/** A report of a load program, for people. */
export function readable({ program, what, options, latencies, figures, delivery, exact }) {
  const rows = Object.entries(latencies).map(([name, { count, p50, p90, p99, p999, max }]) => [
    ...[name, count, p50, p90, p99, p999, max],
  ]);
  return [
    `${program}: ${what}`,
    `  ${words(options)}`,
    ...(rows.length > 0 ? [table([['ms from when due', 'count', 'p50', 'p90', 'p99', 'p99.9', 'max'], ...rows])] : []),
    ...Object.entries(figures).map(([name, value]) => `  ${name}: ${typeof value === 'object' ? words(value) : value}`),
    `  delivery ${exact ? 'exact' : 'NOT EXACT'}: ${words(delivery)}`,
  ].join('\n');
}

function words(values) {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

export function round(number, digits = 1) {
  return Math.round(number * 10 ** digits) / 10 ** digits;
}
