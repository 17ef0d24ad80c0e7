import { callerIn } from '@app/identity';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Verdict } from '@app/transport';
import { LimitsService, tooFast } from './limits.service.js';

const READS = ['GET', 'HEAD', 'OPTIONS'];

/** Counts every request to `/api` whose caller is known, and tells it how it stands in the usual headers. */
@Injectable()
export class LimitsGuard implements CanActivate {
  constructor(@Inject(LimitsService) private readonly limits: LimitsService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true; // sockets are counted where they connect and send
    const request = context.switchToHttp().getRequest<Request>();
    const caller = callerIn(request);
    if (!caller || !request.path.startsWith('/api/')) return true;
    const about = { address: request.ip, reads: READS.includes(request.method) };
    const standing = await this.limits.spend(caller, 'requests', about);
    if (!standing) return true;
    const response = context.switchToHttp().getResponse<Response>();
    tell(response, standing);
    if (!standing.allowed) throw tooFast('requests', standing);
    return true;
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
