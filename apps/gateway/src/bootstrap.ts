import { hostname } from 'node:os';
import { IdentityService, LimitsService } from '@app/identity';
import { NestLogger, parseEnv, type Logger } from '@app/platform';
import { RedisConnections, RoomMemory, Sequencer } from '@app/transport';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { GatewayEnv } from './env.js';
import { configureHttp } from './http/configure-http.js';
import { originsOf } from './http/cross-origin.js';
import { demandWebUi } from './http/web-ui.js';
import { SocketServerHolder } from './realtime/socket-server-holder.js';
import { SocketServer } from './realtime/socket-server.js';

/** Starts a gateway and listens. */
export async function bootstrap(
  source: Record<string, string | undefined>,
  logger: Logger,
): Promise<NestExpressApplication> {
  const env = parseEnv(GatewayEnv, source);
  logger.level = env.LOG_LEVEL;
  demandWebUi(env);
  const app = await NestFactory.create<NestExpressApplication>(AppModule.of(env, logger), {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
    forceCloseConnections: true,
  });
  const identity = app.get(IdentityService);
  app.set('trust proxy', (address: string, hop: number) => identity.trustsProxy(address, hop));
  configureHttp(app, env);
  app.useWebSocketAdapter(
    new SocketServer(app, {
      holder: app.get(SocketServerHolder),
      redis: app.get(RedisConnections),
      sequencer: app.get(Sequencer),
      identity,
      limits: app.get(LimitsService),
      memory: app.get(RoomMemory),
      logger,
      origin: originsOf(env.CORS_ORIGIN),
    }),
  );
  await app.listen(env.SERVER_PORT, env.SERVER_HOST);
  logger.info(
    { port: env.SERVER_PORT, instance: env.INSTANCE_NAME ?? `${hostname()}-${process.pid}` },
    'The gateway serves',
  );
  return app;
}
