import { NestLogger, createLogger, parseEnv, runProcess } from '@app/platform';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { MediaEnv } from './env.js';

const logger = createLogger('media-service', 'info');

await runProcess(logger, async () => {
  const env = parseEnv(MediaEnv, process.env);
  logger.level = env.LOG_LEVEL;
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(env), { logger: new NestLogger(logger) });
  app.disable('x-powered-by');
  await app.listen(env.MEDIA_PORT, env.MEDIA_HOST);
  logger.info({ address: await app.getUrl() }, 'The media-service listens');
  return app;
});
