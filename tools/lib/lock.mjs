import { linkSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { forgetProcess, recordProcess, runningProcess } from './process-records.mjs';
import { say } from './say.mjs';

/**
 * Takes a file as a lock for this process. Answers the pid of the living process that has it, or nothing when
 * it is ours now. A lock whose holder was killed is taken over.
 */
export function takeLock(file) {
  const draft = `${file}.${process.pid}`;
  mkdirSync(path.dirname(file), { recursive: true });
  // a link of a complete record: nobody ever sees a lock without its holder
  recordProcess(draft, process.pid);
  try {
    for (;;) {
      try {
        linkSync(draft, file);
        return undefined;
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      const holder = runningProcess(file);
      if (holder !== undefined) return holder;
      rmSync(file, { force: true });
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

export function releaseLock(file) {
  forgetProcess(file, process.pid);
}

/** Does the work while no other process has the lock. */
export async function withLock(file, work) {
  for (let said = false; ; said = true) {
    const holder = takeLock(file);
    if (holder === undefined) break;
    if (!said) say.step(`Waiting for process ${holder}, which is setting up this checkout`);
    await delay(500);
  }
  try {
    return await work();
  } finally {
    releaseLock(file);
  }
}
