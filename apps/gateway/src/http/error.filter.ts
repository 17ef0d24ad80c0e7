import { FleetError } from '@app/contracts';
import { errorAnswer, type Logger } from '@app/platform';
import { ArgumentsHost, Catch, ExceptionFilter, Inject, NotFoundException } from '@nestjs/common';
import type { Request, Response } from 'express';
import { LOGGER } from '../tokens.js';
import { requestIdOf } from './request-id.js';

/** Answers whatever a route throws in the uniform shape; logs what was our fault with everything we know. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const response = http.getResponse<Response>();
    const request = http.getRequest<Request>();
    const requestId = requestIdOf(response);
    const { status, body, ours } = errorAnswer(withoutRoute(error, request), requestId);
    if (ours)
      this.logger.error({ err: error, requestId, method: request.method, path: request.path }, body.error.message);
    if (response.headersSent) {
      response.end();
      return;
    }
    if ((status === 503 || status === 429) && !response.hasHeader('retry-after'))
      response.setHeader('retry-after', '1');
    response.status(status).json(body);
  }
}

/** Nest throws its own exception only for a path without a route; whatever a route misses is a FleetError. */
function withoutRoute(error: unknown, request: Request): unknown {
  if (!(error instanceof NotFoundException)) return error;
  return new FleetError('NOT_FOUND', request.path.startsWith('/api/') ? 'API endpoint not found' : 'Not found');
}
