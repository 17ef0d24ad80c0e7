import { FleetError, type ErrorCode } from '@app/contracts';
import { callerIn, operatorCall } from '@app/identity';
import { errorAnswer, type Logger } from '@app/platform';
import { ArgumentsHost, Catch, ExceptionFilter, Inject, NotFoundException } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AuditService } from '../audit/audit.service.js';
import { LOGGER } from '../tokens.js';
import { requestIdOf } from './request-id.js';

/** Answers whatever a route throws in the uniform shape; logs what was our fault with everything we know. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(AuditService) private readonly audit: AuditService,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const response = http.getResponse<Response>();
    const request = http.getRequest<Request>();
    const requestId = requestIdOf(response);
    const { status, body, ours, retryAfter } = errorAnswer(withoutRoute(error, request), requestId);
    this.noteRefusal(request, body.error.code, requestId);
    if (ours)
      this.logger.error({ err: error, requestId, method: request.method, path: request.path }, body.error.message);
    if (response.headersSent) {
      response.end();
      return;
    }
    if (retryAfter !== undefined || ((status === 503 || status === 429) && !response.hasHeader('retry-after')))
      response.setHeader('retry-after', retryAfter ?? 1);
    response.status(status).json(body);
  }

  /** Somebody was kept from something, and does not wait for the log. */
  private noteRefusal(request: Request, outcome: ErrorCode, requestId: string | undefined): void {
    const objectId = `${request.method} ${request.path}`.slice(0, 300);
    const about = { action: 'access.refused', address: request.ip, objectType: 'route', objectId, outcome, requestId };
    const caller = callerIn(request);
    if (caller && REFUSALS.includes(outcome)) void this.audit.record(caller, about);
    const operators = operatorCall(request);
    if (operators && !operators.operator) void this.audit.recordStranger(about);
  }
}

/** What a caller was kept from, and an auditor wants to know of. */
const REFUSALS: ErrorCode[] = ['FORBIDDEN', 'ENTITY_MISMATCH'];

/** Nest throws its own exception only for a path without a route; whatever a route misses is a FleetError. */
function withoutRoute(error: unknown, request: Request): unknown {
  if (!(error instanceof NotFoundException)) return error;
  return new FleetError('NOT_FOUND', request.path.startsWith('/api/') ? 'API endpoint not found' : 'Not found');
}
