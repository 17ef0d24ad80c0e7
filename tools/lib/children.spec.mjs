import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startChild } from './child.mjs';
import { keepRunning } from './keep-running.mjs';
import { releaseLock, takeLock } from './lock.mjs';
import { readable } from './log-lines.mjs';
import { endRecorded, runningProcess } from './process-records.mjs';

const node = (code, more) => startChild({ name: 'test child', command: process.execPath, args: ['-e', code], ...more });

describe('the processes of a launcher', () => {
  let directory;
  let record;

  beforeEach(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), 'eliza-children-'));
    record = path.join(directory, 'child.json');
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('are recorded while they run', async () => {
    const child = node('setInterval(() => {}, 1000)', { record });
    expect(runningProcess(record)).toBe(child.pid);
    await child.stop();
    expect(existsSync(record)).toBe(false);
  });

  it('are ended by a record, but a stranger with the same pid is not', async () => {
    const child = node('setInterval(() => {}, 1000)', { record });
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const other = path.join(directory, 'other.json');
    writeFileSync(other, JSON.stringify({ pid: stranger.pid, identity: 'of an earlier process' }));
    expect(await endRecorded(other)).toBeUndefined();
    expect(await endRecorded(record)).toBe(child.pid);
    await child.exited;
    expect(stranger.exitCode).toBeNull();
    stranger.kill();
    await once(stranger, 'exit');
  });

  it('are killed when they do not end when asked', async () => {
    const child = node('process.on("SIGTERM", () => {}); console.log("ready"); setInterval(() => {}, 1000)');
    await child.line(/ready/);
    await child.stop({ patience: 100 });
    expect(await child.exited).toMatchObject({ signal: 'SIGKILL' });
  });

  it('tell how they ended instead of becoming ready', async () => {
    const child = node('console.log("no way"); process.exit(3)');
    await expect(child.line(/ready/)).rejects.toMatchObject({
      message: 'test child ended (code 3) before it was ready.',
      details: ['no way'],
    });
  });

  it('are started again when they end, until the watch is over', async () => {
    const stopping = new AbortController();
    const started = [];
    const start = async () => {
      started.push(node('setInterval(() => {}, 1000)'));
      return started.at(-1);
    };
    await keepRunning('test child', start, stopping.signal);
    await started[0].kill();
    while (started.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    stopping.abort();
    await started[1].kill();
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(started).toHaveLength(2);
  });

  it('share a lock that outlives no holder', async () => {
    const lock = path.join(directory, 'lock');
    expect(takeLock(lock)).toBeUndefined();
    expect(takeLock(lock)).toBe(process.pid);
    releaseLock(lock);
    writeFileSync(lock, JSON.stringify({ pid: process.pid, identity: 'of a killed process' }));
    expect(takeLock(lock)).toBeUndefined();
  });

  it('have their log lines shown for people', () => {
    const time = new Date(2026, 0, 2, 12, 0, 1).getTime();
    const entry = { level: 30, time, pid: 7, hostname: 'h', msg: 'turn settled', turnId: 'abc', text: 'two words' };
    expect(readable(JSON.stringify(entry))).toBe('12:00:01 info  turn settled turnId=abc text="two words"');
    expect(readable('not json')).toBe('not json');
    expect(readable('{"half": ')).toBe('{"half": ');
  });
});
