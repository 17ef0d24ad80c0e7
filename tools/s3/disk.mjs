import { randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

const filesAtOnce = 32;

/** A folder for files in the making. What a killed process left there is removed when it is opened. */
export class TemporaryFolder {
  #directory;

  /** @param {string} directory */
  static async open(directory) {
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true });
    return new TemporaryFolder(directory);
  }

  constructor(directory) {
    this.#directory = directory;
  }

  /**
   * Lends the name of a new file. When `work` has not moved the file elsewhere, it is removed.
   * @template T
   * @param {(file: string) => Promise<T>} work
   * @returns {Promise<T>}
   */
  async lend(work) {
    const file = path.join(this.#directory, randomUUID());
    try {
      return await work(file);
    } finally {
      await rm(file, { force: true });
    }
  }

  /** Replaces a JSON file in one step: a reader, or a restart, finds the old or the new one and never a part. */
  async writeJson(target, value) {
    await this.lend(async (file) => {
      await writeFile(file, JSON.stringify(value));
      await rename(file, target);
    });
  }
}

/**
 * Reads every JSON file of a folder and removes the files that none of them names in `data`:
 * a process was killed after it had moved them in and before it had recorded them.
 * @param {string} directory
 */
export async function readRecords(directory) {
  const names = await readdir(directory);
  const records = [];
  const texts = names.filter((name) => name.endsWith('.json'));
  for (let at = 0; at < texts.length; at += filesAtOnce) {
    const batch = texts.slice(at, at + filesAtOnce).map((name) => readFile(path.join(directory, name), 'utf8'));
    records.push(...(await Promise.all(batch)).map((text) => JSON.parse(text)));
  }
  const known = new Set(records.map((record) => record.data));
  const orphans = names.filter((name) => name.endsWith('.data') && !known.has(name));
  await Promise.all(orphans.map((name) => rm(path.join(directory, name), { force: true })));
  return records;
}
