import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * What tells this process from a later one with the same pid: boot and start time. Empty when it is not running;
 * a zombie counts as not running, because in a container nobody may ever collect it.
 */
export function identityOf(pid) {
  if (!Number.isInteger(pid) || pid <= 1) return '';
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

/** The command line of a process with spaces between the arguments, empty when it is gone or not readable. */
export function commandLineOf(pid) {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

/** Ends a process that is not our child: a signal, patience, then SIGKILL. Answers false when it would not go. */
export async function endProcess(pid, { signal = 'SIGTERM', patience = 8000 } = {}) {
  const identity = identityOf(pid);
  if (!identity) return true;
  for (const [attempt, wait] of [
    [signal, patience],
    ['SIGKILL', 2000],
  ]) {
    send(pid, attempt);
    const until = Date.now() + wait;
    while (Date.now() < until) {
      if (identityOf(pid) !== identity) return true;
      await delay(20);
    }
  }
  return false;
}

function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // it ended by itself, or belongs to another user: the caller sees which
  }
}

function fromProc(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // the second field is the command in brackets and may hold spaces; state and start time are fields 3 and 22
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return '';
    return `${bootId()}:${fields[19]}`;
  } catch {
    return '';
  }
}

function fromPs(pid) {
  try {
    const [state, ...started] = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .split(/\s+/);
    return state.startsWith('Z') ? '' : started.join(' ');
  } catch {
    return '';
  }
}

function bootId() {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'boot';
  }
}
