import { pathToFileURL } from 'node:url';
import { stopChildren } from '../lib/child.mjs';
import { sayFault } from '../lib/fault.mjs';
import { inRepository } from '../lib/places.mjs';
import { buildWhenChanged } from '../setup/build.mjs';
import { installDependencies } from '../setup/install.mjs';
import { runInForeground } from './foreground.mjs';
import { storesForCommand } from './stores.mjs';

const PROGRAM = 'dist/apps/admin/src/main.js';

/**
 * `npm run admin`: installs and builds what is missing, finds or starts the stores that the command works on, and runs
 * it in this terminal. Sets the exit code to the command's.
 */
export async function admin(args) {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stopping.abort(signal));
  let release = () => {};
  try {
    await installDependencies();
    stopping.signal.throwIfAborted();
    const build = await buildWhenChanged();
    stopping.signal.throwIfAborted();
    const { storesFor } = await import(pathToFileURL(inRepository('dist/apps/admin/src/commands.js')).href);
    const stores = await storesForCommand(storesFor(args), { build, signal: stopping.signal });
    release = stores.release;
    stopping.signal.throwIfAborted();
    const env = { ...process.env, ...stores.env };
    process.exitCode = await runInForeground([inRepository(PROGRAM), ...args], { env, signal: stopping.signal });
  } catch (error) {
    process.exitCode = 1;
    if (!stopping.signal.aborted) sayFault(error);
  } finally {
    // stores that end now are not started again
    stopping.abort();
    await stopChildren({ patience: 8000, patienceForAll: 9500 });
    release();
  }
}
