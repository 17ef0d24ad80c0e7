import path from 'node:path';
import { sayFault } from '../lib/fault.mjs';
import { LaunchError } from '../lib/launch-error.mjs';
import { releaseLock, takeLock } from '../lib/lock.mjs';
import { logLines } from '../lib/log-lines.mjs';
import { dataDirectory } from '../lib/places.mjs';
import { endAllRecorded } from '../lib/process-records.mjs';
import { say } from '../lib/say.mjs';
import { buildWhenChanged } from '../setup/build.mjs';
import { installDependencies } from '../setup/install.mjs';
import { storesOf } from '../stores/index.mjs';
import { keptSecrets } from '../stores/secrets.mjs';
import { showBox } from './box.mjs';
import { migrate } from './migrate.mjs';
import { plan, refuseTakenPorts } from './plan.mjs';
import { startServices } from './services.mjs';
import { Shutdown } from './shutdown.mjs';

/** The whole way from a checkout to a running system. Ends the process when it cannot be gone. */
export async function launch() {
  const shutdown = new Shutdown();
  shutdown.listen();
  try {
    await start(shutdown);
  } catch (error) {
    // what breaks because we are stopping is not a fault
    if (shutdown.signal.aborted) return;
    sayFault(error);
    await shutdown.end(1);
  }
}

async function start(shutdown) {
  const started = Date.now();
  const { signal } = shutdown;
  const fleet = plan();
  const directory = dataDirectory();
  const records = path.join(directory, 'run');
  await takeOver(directory, { records, shutdown });
  await refuseTakenPorts(fleet);
  const secrets = keptSecrets(directory);
  const stores = storesOf(directory, secrets, { env: process.env, signal });

  // Redis needs nothing from npm; the other two and the build do
  const [redis, { build, postgres, s3 }] = await Promise.all([stores.redis(), preparation(stores, signal)]);
  signal.throwIfAborted();
  const env = serviceEnv({
    ...redis,
    ...postgres,
    ...s3,
    ENCRYPTION_KEY: process.env.ENCRYPTION_KEY || secrets.encryptionKey,
  });
  const ours = !process.env.DATABASE_URL;
  await migrate({
    env,
    build,
    note: ours && path.join(directory, 'postgres/migrated'),
    onLine: logLines('migrate', 9),
  });
  signal.throwIfAborted();

  // migrations are the owner's work; what serves never learns his password
  const serving = { ...env };
  delete serving.DATABASE_OWNER_URL;
  await startServices(fleet, { env: serving, records, signal });
  signal.throwIfAborted();
  await showBox(fleet, { seconds: (Date.now() - started) / 1000, data: directory });
}

async function preparation(stores, signal) {
  await installDependencies();
  signal.throwIfAborted();
  const [build, postgres, s3] = await Promise.all([buildWhenChanged(), stores.postgres(), stores.s3()]);
  return { build, postgres, s3 };
}

/** One launcher per data folder; services of a killed predecessor are ended, as they hold our ports. */
async function takeOver(directory, { records, shutdown }) {
  const lock = path.join(directory, 'launcher.lock');
  const holder = takeLock(lock);
  if (holder !== undefined) {
    throw new LaunchError(
      `Process ${holder} already runs Eliza Fleet on ${directory}: stop it, or set ELIZA_DATA_DIR to another folder.`,
    );
  }
  shutdown.finally(() => releaseLock(lock));
  const ended = await endAllRecorded(records, { patience: 3000 });
  if (ended.length) say.warn(`Ended what an earlier start left behind: ${ended.join(', ')}`);
}

function serviceEnv(found) {
  return {
    NODE_ENV: 'development',
    ...process.env,
    ...found,
    // the SDK's yearly notice about Node 20 would stand in every log
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}
