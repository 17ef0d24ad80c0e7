import 'reflect-metadata';
import { createLogger, NestLogger, parseEnv, runProcess } from '@app/platform';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { WorkerEnv } from './env.js';
import { withInternalServer } from './health/internal.js';

const logger = createLogger('agent-worker', 'info');

/** What stopping takes beyond the grace of running turns, and the least it may take, in milliseconds. */
const BEYOND_GRACE_MS = 5_000;
let graceMs = 10_000;

const start = async (): Promise<{ close(): Promise<unknown> }> => {
  const env = parseEnv(WorkerEnv, process.env);
  logger.level = env.LOG_LEVEL;
  graceMs = Math.max(graceMs, env.SHUTDOWN_GRACE_MS + BEYOND_GRACE_MS);
  const app = await NestFactory.create(AppModule.of(env, logger), {
    logger: new NestLogger(logger),
    abortOnError: false,
    forceCloseConnections: true,
  });
  await app.listen(env.WORKER_PORT, env.WORKER_HOST);
  logger.info({ slots: env.WORKER_SLOTS, port: env.WORKER_PORT }, 'The worker takes turns');
  return withInternalServer(app, logger);
};

await runProcess(logger, start, () => graceMs);
