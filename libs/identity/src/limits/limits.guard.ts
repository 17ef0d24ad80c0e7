import type { LimitedKind } from '@app/contracts';
import type { Verdict } from '@app/transport';
import { type CanActivate, type ExecutionContext, Inject, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { callerIn, isPublic } from '../identity.guard.js';
import { LimitsService, tooFast } from './limits.service.js';
import { Strangers } from './strangers.js';

const READS = ['GET', 'HEAD', 'OPTIONS'];

/** The metadata under which a handler, or its class, says what else its requests count as. */
export const COUNTS_AS_METADATA = 'counts as';

/** Requests to such a route count against the limit of requests, and against this one. */
export const CountsAs = (kind: Exclude<LimitedKind, 'requests'>): MethodDecorator & ClassDecorator =>
  SetMetadata(COUNTS_AS_METADATA, kind);

/**
 * Counts every request to `/api`, before anything of its body is read, against its caller, and tells it how it stands in
 * the usual headers: where a route counts as more than a request, with that. What is open to everybody counts against the
 * address, but for what orchestrators ask.
 */
@Injectable()
export class LimitsGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(LimitsService) private readonly limits: LimitsService,
    @Inject(Strangers) private readonly strangers: Strangers,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true; // sockets are counted where they connect and send
    const request = context.switchToHttp().getRequest<Request>();
    const response = context.switchToHttp().getResponse<Response>();
    if (isPublic(this.reflector, context)) return this.admitStranger(request, response);
    const caller = callerIn(request);
    if (!caller || !request.path.startsWith('/api/')) return true;
    const about = { address: request.ip, reads: READS.includes(request.method) };
    for (const kind of this.kindsOf(context)) {
      const standing = await this.limits.spend(caller, kind, about);
      if (!standing) continue;
      tell(response, standing);
      if (!standing.allowed) throw tooFast(kind, standing);
    }
    return true;
  }

  private async admitStranger(request: Request, response: Response): Promise<true> {
    if (!/^\/(api|media)\//.test(request.path)) return true;
    const standing = await this.strangers.spendPublic(request.ip ?? '');
    if (!standing || standing.allowed) return true;
    tell(response, standing);
    throw tooFast('requests', standing);
  }

  private kindsOf(context: ExecutionContext): LimitedKind[] {
    const places = [context.getHandler(), context.getClass()];
    const own = this.reflector.getAllAndOverride<LimitedKind | undefined>(COUNTS_AS_METADATA, places);
    return own ? ['requests', own] : ['requests'];
  }
}

/** The header names that ElizaOS's clients meet. */
function tell(response: Response, { rate, remaining, resetMs, retryMs, allowed }: Verdict): void {
  response.setHeader('ratelimit-policy', `${rate.limit};w=${rate.seconds}`);
  response.setHeader('ratelimit-limit', rate.limit);
  response.setHeader('ratelimit-remaining', remaining);
  response.setHeader('ratelimit-reset', Math.ceil(resetMs / 1_000));
  if (!allowed) response.setHeader('retry-after', Math.max(1, Math.ceil(retryMs / 1_000)));
}
