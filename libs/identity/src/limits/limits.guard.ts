import type { LimitedKind } from '@app/contracts';
import type { Verdict } from '@app/transport';
import { type CanActivate, type ExecutionContext, Inject, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { callerIn } from '../identity.guard.js';
import { LimitsService, tooFast } from './limits.service.js';

const READS = ['GET', 'HEAD', 'OPTIONS'];

/** The metadata under which a handler, or its class, says what else its requests count as. */
export const COUNTS_AS_METADATA = 'counts as';

/** Requests to such a route count against the limit of requests, and against this one. */
export const CountsAs = (kind: Exclude<LimitedKind, 'requests'>): MethodDecorator & ClassDecorator =>
  SetMetadata(COUNTS_AS_METADATA, kind);

/**
 * Counts every request to `/api` whose caller is known, before anything of its body is read, and tells it how it stands
 * in the usual headers: with the narrower of its limits, where a route has two.
 */
@Injectable()
export class LimitsGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(LimitsService) private readonly limits: LimitsService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true; // sockets are counted where they connect and send
    const request = context.switchToHttp().getRequest<Request>();
    const caller = callerIn(request);
    if (!caller || !request.path.startsWith('/api/')) return true;
    const response = context.switchToHttp().getResponse<Response>();
    const about = { address: request.ip, reads: READS.includes(request.method) };
    for (const kind of this.kindsOf(context)) {
      const standing = await this.limits.spend(caller, kind, about);
      if (!standing) continue;
      tell(response, standing);
      if (!standing.allowed) throw tooFast(kind, standing);
    }
    return true;
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
