import { isUuid, type Uuid } from '@app/contracts';
import { callerOf, operatorCall } from '@app/identity';
import { errorAnswer } from '@app/platform';
import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { catchError, concatMap, from, map, type Observable, throwError } from 'rxjs';
import { requestIdOf } from '../http/request-id.js';
import { AuditService } from './audit.service.js';
import { AUDITED_METADATA, type Audited } from './audited.decorator.js';

/** Names of objects are shorter; what is longer is none. */
const LONGEST_ID = 200;

/** Writes down who did what, before the caller is answered. */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(AuditService) private readonly audit: AuditService,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const audited = this.reflector.get<Audited | undefined>(AUDITED_METADATA, context.getHandler());
    if (!audited || context.getType() !== 'http') return next.handle();
    const http = context.switchToHttp();
    const record = (outcome: string, answer?: unknown): Promise<void> =>
      this.record(http.getRequest<Request>(), http.getResponse<Response>(), { audited, outcome, answer });
    return next.handle().pipe(
      concatMap((answer: unknown) => from(record('done', answer)).pipe(map(() => answer))),
      catchError((error: unknown) =>
        from(record(errorAnswer(error).body.error.code)).pipe(concatMap(() => throwError(() => error))),
      ),
    );
  }

  private async record(
    request: Request,
    response: Response,
    { audited, outcome, answer }: { audited: Audited; outcome: string; answer?: unknown },
  ): Promise<void> {
    const { object } = audited;
    const action = typeof audited.action === 'string' ? audited.action : audited.action((request.body ?? {}) as object);
    const objectId = object === undefined ? createdId(answer) : request.params[object];
    const act = {
      action,
      objectType: action.split('.')[0],
      objectId: typeof objectId === 'string' ? storable(objectId) : undefined,
      outcome,
      address: request.ip,
      requestId: requestIdOf(response),
    };
    const operator = operatorCall(request)?.operator;
    if (!operator) return this.audit.record(callerOf(request), act);
    return this.audit.recordOperator(operator, act, tenantOf(request, act));
  }
}

/**
 * Whom an operator's act is about; nobody where it made no tenant, or is about none. The log of a tenant that is deleted
 * goes with it.
 */
function tenantOf(
  request: Request,
  { action, objectType, objectId }: { action: string; objectType?: string; objectId?: string },
): Uuid | undefined {
  if (action === 'tenant.delete') return undefined;
  const tenantId = request.params['tenantId'] ?? (objectType === 'tenant' ? objectId : undefined);
  return isUuid(tenantId) ? tenantId.toLowerCase() : undefined;
}

/** The id of what an answer says was made. */
function createdId(answer: unknown): string | undefined {
  const { data } = (answer ?? {}) as { data?: { id?: unknown } };
  const id = data?.id;
  return typeof id === 'string' ? id : undefined;
}

/** What stands in a path may be anything, and no act may go unrecorded for it. */
function storable(id: string): string {
  return id.slice(0, LONGEST_ID).replaceAll('\0', '\ufffd');
}
