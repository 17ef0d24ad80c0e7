import { spawn } from 'node:child_process';

/**
 * Runs a program of ours in this terminal, with its input and outputs, to its end. Answers its exit code. When the
 * signal aborts, the program is asked to end, and is waited for.
 */
export function runInForeground(args, { env, signal }) {
  const child = spawn(process.execPath, args, { env, stdio: 'inherit' });
  const ask = () => child.kill('SIGTERM');
  signal.addEventListener('abort', ask);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  }).finally(() => signal.removeEventListener('abort', ask));
}
