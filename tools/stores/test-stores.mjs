import { fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Starts the stores of a test run in a process of their own, which ends them and deletes their data when this process
 * is gone, however it went.
 *
 * @param {string} directory
 * @returns {Promise<{env: Record<string, string>, stop: () => Promise<void>}>} env has the TEST_… names
 */
export async function startTestStores(directory) {
  const program = fileURLToPath(new URL('./test-keeper.mjs', import.meta.url));
  const keeper = fork(program, [directory], {
    detached: true,
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = new Promise((resolve) => keeper.once('exit', resolve));
  const { env, error } = await new Promise((resolve) => {
    keeper.once('message', resolve);
    void exited.then((code) => resolve({ error: `The test stores ended with code ${code}.` }));
  });
  if (error) throw new Error(error);
  keeper.unref();
  keeper.channel?.unref();
  return {
    env,
    async stop() {
      keeper.ref();
      if (keeper.connected) keeper.disconnect();
      await exited;
      rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}
