import { FleetError } from '@app/contracts';
import { CanActivate, ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { callerOf, isPublic, operatorOf } from '../identity.guard.js';
import type { TenantContext } from '../tenant-context.js';
import { demandRights, RIGHTS_METADATA, type Rights } from './rights.js';

/**
 * Lets callers do what a route or socket event declares that they may. One that declares nothing is closed to
 * everybody, so that a new one is not open by being forgotten.
 */
@Injectable()
export class RightsGuard implements CanActivate {
  constructor(@Inject(Reflector) private readonly reflector: Reflector) {}

  /** @throws FleetError FORBIDDEN */
  canActivate(context: ExecutionContext): boolean {
    if (isPublic(this.reflector, context)) return true;
    const places = [context.getHandler(), context.getClass()];
    const rights = this.reflector.getAllAndOverride<Rights | undefined>(RIGHTS_METADATA, places);
    if (!rights) throw new FleetError('FORBIDDEN', 'This is closed to everybody: it declares nobody it is for');
    if (rights.who !== 'operator') demandRights(callerIn(context), rights);
    else operatorOf(context);
    return true;
  }
}

function callerIn(context: ExecutionContext): TenantContext {
  if (context.getType() === 'http') return callerOf(context.switchToHttp().getRequest<Request>());
  return context.switchToWs().getClient<{ data: { caller: TenantContext } }>().data.caller;
}
