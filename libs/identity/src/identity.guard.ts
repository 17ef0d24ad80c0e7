import { CanActivate, createParamDecorator, ExecutionContext, Inject, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { RIGHTS_METADATA, type Rights } from './authorization/rights.js';
import { IdentityService } from './identity.service.js';
import { Strangers } from './limits/strangers.js';
import { Operators, type OperatorContext } from './operators/operators.js';
import type { TenantContext } from './tenant-context.js';

/** The metadata under which a handler, or its class, says that it is open to anybody. */
export const PUBLIC_METADATA = 'public route';

/** A route that anybody may call. Every other route is closed to callers without an identity. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(PUBLIC_METADATA, true);

/** Whether anybody may call what is being called. */
export function isPublic(reflector: Reflector, context: ExecutionContext): boolean {
  return reflector.getAllAndOverride<boolean>(PUBLIC_METADATA, [context.getHandler(), context.getClass()]) ?? false;
}

/** Whether anybody may call a route's method. */
export function isPublicRoute(handler: object, controller: object): boolean {
  return [handler, controller].some((place) => Reflect.hasMetadata(PUBLIC_METADATA, place));
}

/** The caller of this request. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): TenantContext =>
  callerOf(context.switchToHttp().getRequest<IdentifiedRequest>()),
);

/** The caller of a request, for routes that answer by hand. */
export function callerOf(request: Request): TenantContext {
  const caller = callerIn(request);
  if (!caller) throw new Error('A public route asked for its caller');
  return caller;
}

/** The caller of a request; undefined on a public route. */
export function callerIn(request: Request): TenantContext | undefined {
  return (request as IdentifiedRequest).caller;
}

/** The operator who sends this request. */
export const Operator = createParamDecorator((_: unknown, context: ExecutionContext): OperatorContext =>
  operatorOf(context),
);

/** The operator of a request. Only routes for operators have one. */
export function operatorOf(context: ExecutionContext): OperatorContext {
  const { operator } = context.switchToHttp().getRequest<IdentifiedRequest>();
  if (!operator) throw new Error('A route that is not for operators asked for one');
  return operator;
}

/** Whether a request is for a route of operators, and by which of them; by none when its key was refused. */
export function operatorCall(request: Request): { operator?: OperatorContext } | undefined {
  const { isForOperators, operator } = request as IdentifiedRequest;
  return isForOperators ? { operator } : undefined;
}

interface IdentifiedRequest extends Request {
  caller?: TenantContext;
  operator?: OperatorContext;
  isForOperators?: boolean;
}

/** Lets in who proves to be somebody. */
@Injectable()
export class IdentityGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(IdentityService) private readonly identity: IdentityService,
    @Inject(Operators) private readonly operators: Operators,
    @Inject(Strangers) private readonly strangers: Strangers,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true; // sockets proved who they are in their handshake
    if (isPublic(this.reflector, context)) return true;
    const request = context.switchToHttp().getRequest<IdentifiedRequest>();
    const rights = this.reflector.getAllAndOverride<Rights | undefined>(RIGHTS_METADATA, [
      context.getHandler(),
      context.getClass(),
    ]);
    request.isForOperators = rights?.who === 'operator';
    if (request.isForOperators) request.operator = await this.operatorOf(request);
    else request.caller = await this.identity.ofRequest(request);
    return true;
  }

  private async operatorOf(request: IdentifiedRequest): Promise<OperatorContext> {
    const address = request.ip ?? '';
    return this.strangers.guarded(address, true, () => {
      this.strangers.demandPatience(address);
      return this.operators.demand(request);
    });
  }
}
