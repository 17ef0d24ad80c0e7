import { EnvError } from '../env/parse-env.js';
import type { Logger } from '../logging/logger.js';

/** What {@link runProcess} closes at the end. */
interface Closable {
  close(): Promise<unknown>;
}

/** How long a stop may take, in milliseconds. */
const GRACE_MS = 10_000;

/**
 * The frame of every process of ours. Starts it, stops it in order at SIGTERM or SIGINT (exit code 0), and ends it
 * with code 1 when the start fails or the stop takes longer than the milliseconds of `grace`. An exception that nobody
 * caught ends the process too: its state is unknown, and a restart is cheap. A rejection nobody waited for is logged.
 * SIGUSR2 lets it log at `debug`, and the next one at its own level again.
 */
export async function runProcess(
  logger: Logger,
  start: () => Promise<Closable>,
  grace = () => GRACE_MS,
): Promise<void> {
  process.on('unhandledRejection', (reason) => logger.error({ err: reason }, 'A rejection was not handled'));
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'An exception was not caught; the process ends');
    process.exit(1);
  });

  let app: Closable | undefined;
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'Stopping');
    const graceMs = grace();
    setTimeout(() => {
      logger.error({ graceMs }, 'The stop took too long; the process ends');
      process.exit(1);
    }, graceMs).unref();
    void Promise.resolve(app?.close())
      .catch((error: unknown) => logger.error({ err: error }, 'The stop was not clean'))
      .finally(() => process.exit(0));
  };
  process.on('SIGUSR2', () => switchLevel(logger));
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);

  try {
    app = await start();
  } catch (error) {
    if (error instanceof EnvError) logger.fatal(error.message);
    else logger.fatal({ err: error }, 'The start failed');
    process.exit(1);
  }
}

const levels = new WeakMap<Logger, string>();

function switchLevel(logger: Logger): void {
  const own = levels.get(logger);
  if (own === undefined) levels.set(logger, logger.level);
  else levels.delete(logger);
  logger.level = own ?? 'debug';
  logger.warn({ level: logger.level }, 'The level of log lines was switched');
}
