import { ask } from './postgres.mjs';
import { round } from './report.mjs';

/** What a system of our own spends on pieces of work: they hold, roughly, on a busy machine, where times do not. */
export class Costs {
  #system;
  #before;

  /** @param {object | undefined} system as {@link startSystem} answers it; of others nothing is known */
  static async begin(system) {
    const costs = new Costs();
    costs.#system = system;
    if (system) costs.#before = await look(system);
    return costs;
  }

  /** Milliseconds of processor time by process, and bytes in Postgres, for each of so many pieces. */
  async of(pieces) {
    if (!this.#system || pieces === 0) return {};
    const [before, after] = [this.#before, await look(this.#system)];
    const names = Object.keys(after.usage).filter((name) => before.usage[name]);
    const cpu = (name) => ((after.usage[name].cpuSeconds - before.usage[name].cpuSeconds) * 1000) / pieces;
    return {
      cpuMsEach: Object.fromEntries(names.map((name) => [name, round(cpu(name), 2)])),
      walBytesEach: Math.round((after.wal - before.wal) / pieces),
      storedBytesEach: Math.round((after.stored - before.stored) / pieces),
    };
  }
}

async function look(system) {
  const [row] = await ask(
    system.stores.adminUrl,
    `select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 as wal, pg_database_size('eliza')::float8 as stored`,
  );
  return { usage: system.usage(), wal: row.wal, stored: row.stored };
}
