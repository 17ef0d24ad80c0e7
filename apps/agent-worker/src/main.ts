import 'reflect-metadata';
import { createLogger, NestLogger, parseEnv, runProcess } from '@app/platform';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { WorkerEnv } from './env.js';
import { withInternalServer } from './health/internal.js';

const logger = createLogger('agent-worker', 'info');

await runProcess(logger, async () => {
  const env = parseEnv(WorkerEnv, process.env);
  logger.level = env.LOG_LEVEL;
  const app = await NestFactory.create(AppModule.of(env, logger), {
    logger: new NestLogger(logger),
    abortOnError: false,
    forceCloseConnections: true,
  });
  await app.listen(env.WORKER_PORT, env.WORKER_HOST);
  logger.info({ slots: env.WORKER_SLOTS, port: env.WORKER_PORT }, 'The worker takes turns');
  return withInternalServer(app, logger);
});
