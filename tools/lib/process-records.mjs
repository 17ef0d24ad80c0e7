import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { endProcess, identityOf } from './process-identity.mjs';

/**
 * Records of the processes we started, one small file each. A launcher that is killed leaves its children running;
 * its successor finds them here and ends them. A record names the process by more than its pid, so that
 * a stranger who got the same pid later is never touched.
 */

export function recordProcess(file, pid) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ pid, identity: identityOf(pid) }), { mode: 0o600 });
}

/** Removes the record, unless somebody else has written his own in the meantime. */
export function forgetProcess(file, pid) {
  if (read(file)?.pid === pid) rmSync(file, { force: true });
}

/** The pid in the record when that very process is still running. */
export function runningProcess(file) {
  const record = read(file);
  return record?.identity && identityOf(record.pid) === record.identity ? record.pid : undefined;
}

/** Ends what the record names if it still runs. Answers the pid that was ended, or nothing. */
export async function endRecorded(file, options) {
  const pid = runningProcess(file);
  if (pid !== undefined) await endProcess(pid, options);
  rmSync(file, { force: true });
  return pid;
}

/** Ends every process recorded in a folder, all at the same time. Answers their names. */
export async function endAllRecorded(folder, options) {
  const ended = await Promise.all(
    list(folder).map(async (file) => ((await endRecorded(path.join(folder, file), options)) ? file : '')),
  );
  return ended.filter(Boolean).map((file) => path.basename(file, '.json'));
}

function list(folder) {
  try {
    return readdirSync(folder).filter((file) => file.endsWith('.json'));
  } catch {
    return [];
  }
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
