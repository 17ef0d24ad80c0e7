import { errorAnswer } from '@app/platform';
import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { stopReading } from '../uploads/upload-form.js';

/** When a caller who was refused for the moment may ask again, in seconds. */
const RETRY_AFTER_S = 5;

/** What a file would have been served with, and an error is not. */
const OF_FILES = ['content-type', 'content-disposition', 'content-length', 'content-range', 'etag', 'last-modified'];

/** Answers every error in the one form callers know. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger(ErrorFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const { status, body, ours, retryAfter } = errorAnswer(error, requestIdOf(http.getRequest<Request>()));
    if (ours) this.logger.error(error);
    const response = http.getResponse<Response>();
    // The answer is under way already: cutting it off is the only way left to say that it is not whole.
    if (response.headersSent) {
      response.destroy();
      return;
    }
    for (const header of OF_FILES) response.removeHeader(header);
    response.setHeader('cache-control', 'no-store');
    if (retryAfter !== undefined || ((status === 503 || status === 429) && !response.hasHeader('retry-after')))
      response.setHeader('retry-after', retryAfter ?? RETRY_AFTER_S);
    const { size } = (body.error.details ?? {}) as { size?: number };
    if (status === 416 && size !== undefined) response.setHeader('content-range', `bytes */${size}`);
    // Who is refused need not send the rest of a file.
    if (hasBody(http.getRequest<Request>())) stopReading(http.getRequest<Request>());
    response.status(status).json(body);
  }
}

function hasBody({ headers }: Request): boolean {
  return Number(headers['content-length'] ?? 0) > 0 || 'transfer-encoding' in headers;
}

const WELL_FORMED = /^[\w.-]{1,64}$/;

/** The name that the gateway gave to the request it hands on. */
function requestIdOf(request: Request): string | undefined {
  const given = request.header('x-request-id');
  return given !== undefined && WELL_FORMED.test(given) ? given : undefined;
}
