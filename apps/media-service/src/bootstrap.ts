import { IdentityService } from '@app/identity';
import {
  ContractPipe,
  NestLogger,
  parseEnv,
  requestMeter,
  soundInput,
  unreadableBody,
  type Logger,
} from '@app/platform';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { MediaEnv } from './env.js';

/** Nothing but descriptions of uploads comes as JSON. */
const LARGEST_JSON = '100kb';

/** Starts a media-service and listens. */
export async function bootstrap(
  source: Record<string, string | undefined>,
  logger: Logger,
): Promise<NestExpressApplication> {
  const env = parseEnv(MediaEnv, source);
  logger.level = env.LOG_LEVEL;
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(env), {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
    forceCloseConnections: true,
  });
  app.disable('x-powered-by');
  app.use(requestMeter());
  const identity = app.get(IdentityService);
  app.set('trust proxy', (address: string, hop: number) => identity.trustsProxy(address, hop));
  app.useBodyParser('json', { limit: LARGEST_JSON });
  app.use(unreadableBody);
  app.use(soundInput);
  app.useGlobalPipes(new ContractPipe());
  // Bodies may take as long as they move: whoever reads one sees to that.
  app.getHttpServer().requestTimeout = 0;
  await app.listen(env.MEDIA_PORT, env.MEDIA_HOST);
  logger.info({ address: await app.getUrl() }, 'The media-service listens');
  return app;
}
