import { FleetError, newId } from '@app/contracts';
import { RepeatedRequests, type RepeatableRequest } from '@app/persistence';
import { CallHandler, ExecutionContext, Inject, Injectable, Logger, NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import { NEVER, type Observable } from 'rxjs';
import { callerOf } from '../identity.guard.js';
import { contentHash, requestKey } from './request-key.js';

/** An answer is told again for a day. */
const KEEP_MS = 24 * 60 * 60 * 1_000;

/** Whoever does not answer within this time has died; longer than any request waits for an agent. */
const HOLD_MS = 60_000;

/** Longer answers are not kept, in characters. */
const LONGEST = 256 * 1024;

/** Refusals of the moment: the next try may fare better. Everything from 500 on is one, too. */
const FOR_NOW = [401, 403, 408, 429];

/**
 * Does a POST under an `Idempotency-Key` once, and tells whoever sends it again what was answered. The answer is stored
 * before it is sent. Where there is no such header nothing is done.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  private readonly logger = new Logger('Idempotency');

  constructor(@Inject(RepeatedRequests) private readonly requests: RepeatedRequests) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    if (context.getType() !== 'http') return next.handle();
    const request = context.switchToHttp().getRequest<Request>();
    const id = requestKey(request);
    if (id === undefined) return next.handle();
    const response = context.switchToHttp().getResponse<Response>();
    const { tenantId } = callerOf(request);
    const repeatable = { tenantId, id, hash: contentHash(request), claim: newId() };
    const found = await this.requests.claim(repeatable, { holdMs: HOLD_MS, keepMs: KEEP_MS });
    if (found.outcome === 'claimed') {
      this.keepAnswer(repeatable, response);
      return next.handle();
    }
    if (found.outcome !== 'done') throw refusal(found.outcome);
    if (found.body === null) {
      throw new FleetError('IDEMPOTENCY_CONFLICT', 'The request was done; its answer is too large to be told again');
    }
    response.setHeader('idempotency-replayed', 'true');
    if (found.body !== '') response.type('application/json');
    response.status(found.status).send(found.body);
    // It is answered: nothing comes after this.
    return NEVER;
  }

  /** Every JSON answer ends in `send` with a text, also that of a refusal. */
  private keepAnswer(request: RepeatableRequest, response: Response): void {
    const send = response.send.bind(response) as (body?: unknown) => Response;
    let isKept = false;
    response.send = (body?: unknown): Response => {
      if (isKept || (body !== undefined && typeof body !== 'string')) return send(body);
      isKept = true;
      void this.keep(request, response.statusCode, body ?? '').finally(() => send(body));
      return response;
    };
    // A stream went another way: there is nothing to tell again. Who only stopped listening is still being answered.
    response.once('close', () => {
      if (!isKept && response.headersSent) void this.attempt(() => this.requests.release(request));
    });
  }

  private async keep(request: RepeatableRequest, status: number, body: string): Promise<void> {
    await this.attempt(() =>
      status >= 500 || FOR_NOW.includes(status)
        ? this.requests.release(request)
        : this.requests.settle(request, { status, body: body.length > LONGEST ? null : body }),
    );
  }

  /** The answer does not fail for want of its being remembered: then the next try finds it under way for a while. */
  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.warn(`What was answered could not be remembered: ${(error as Error).message}`);
    }
  }
}

function refusal(outcome: 'under_way' | 'different'): FleetError {
  if (outcome === 'different') {
    return new FleetError('IDEMPOTENCY_CONFLICT', 'This Idempotency-Key was used for another request');
  }
  const message = 'The request with this Idempotency-Key is being done; ask again shortly';
  return new FleetError('IDEMPOTENCY_IN_PROGRESS', message, { retryAfter: 1 });
}
