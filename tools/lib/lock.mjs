import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { recordProcess, runningProcess } from './process-records.mjs';
import { say } from './say.mjs';

/**
 * Takes a folder as a lock for this process. Answers the pid of the living process that has it, or nothing when
 * it is ours now. A lock whose holder was killed is taken over.
 */
export function takeLock(folder) {
  const record = path.join(folder, 'holder.json');
  for (;;) {
    try {
      mkdirSync(folder);
      recordProcess(record, process.pid);
      return undefined;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = runningProcess(record);
    if (holder !== undefined) return holder;
    rmSync(folder, { recursive: true, force: true });
  }
}

export function releaseLock(folder) {
  rmSync(folder, { recursive: true, force: true });
}

/** Does the work while no other process of this checkout does it. */
export async function withLock(folder, work) {
  for (let said = false; ; said = true) {
    const holder = takeLock(folder);
    if (holder === undefined) break;
    if (!said) say.step(`Waiting for process ${holder}, which is setting up this checkout`);
    await delay(500);
  }
  try {
    return await work();
  } finally {
    releaseLock(folder);
  }
}
