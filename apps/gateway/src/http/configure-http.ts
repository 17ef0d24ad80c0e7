import { FleetError } from '@app/contracts';
import { ProxyTrust } from '@app/identity';
import { ContractPipe, MediaLinks, requestMeter, soundInput, unreadableBody } from '@app/platform';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import type { GatewayEnv } from '../env.js';
import { apiDocs } from './api-docs.js';
import { mediaProxy } from './media-proxy.js';
import { oldNames } from './old-names.js';
import { crossOrigin } from './cross-origin.js';
import { RequestDrain } from './request-drain.js';
import { requestId } from './request-id.js';
import { securityHeaders } from './security-headers.js';
import { signedLinks } from './signed-links.js';
import { serveWebUi } from './web-ui.js';

/** The headers and limits of ElizaOS's HTTP server, in its order. */
export function configureHttp(app: NestExpressApplication, env: GatewayEnv): void {
  app.disable('x-powered-by');
  app.use(app.get(RequestDrain).note);
  app.use(requestMeter());
  app.use(requestId);
  app.use(oldNames);
  app.use(securityHeaders(env.NODE_ENV === 'production'));
  app.enableCors(crossOrigin(env));
  app.use(mediaProxy(env.MEDIA_URL, new ProxyTrust(env.TRUST_PROXY)));
  app.use('/api', jsonOnly);
  app.useBodyParser('json', { limit: env.EXPRESS_MAX_PAYLOAD });
  app.use(unreadableBody);
  app.use(soundInput);
  apiDocs(app);
  app.use(signedLinks(app.get(MediaLinks)));
  serveWebUi(app, env);
  app.useGlobalPipes(new ContractPipe());
}

const TYPES = ['application/json', 'multipart/form-data', 'application/x-www-form-urlencoded'];

/** A body of another type is refused, except for uploads, which are not JSON. */
function jsonOnly(request: Request, _response: Response, next: NextFunction): void {
  const hasBody = Number(request.headers['content-length'] ?? 0) > 0 || 'transfer-encoding' in request.headers;
  const changes = ['POST', 'PUT', 'PATCH'].includes(request.method);
  const type = request.headers['content-type'] ?? '';
  if (!changes || !hasBody || request.path.startsWith('/media') || TYPES.some((known) => type.includes(known))) {
    next();
    return;
  }
  next(new FleetError('INVALID_CONTENT_TYPE', `Content-Type must be one of: ${TYPES.join(', ')}`));
}
