import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { Uuid } from '@app/contracts';
import { IdPipe } from './id.pipe.js';

/** Several ids of a route's path at once, in lower case, by their names in it: `agentId` must be the id of an agent. */
export const Ids = <const Name extends string>(...names: Name[]): ParameterDecorator =>
  createParamDecorator((_: unknown, context: ExecutionContext): Record<Name, Uuid> => {
    const { params } = context.switchToHttp().getRequest<Request>();
    const ids = names.map((name) => [name, new IdPipe(name.replace(/Id$/, '')).transform(params[name])]);
    return Object.fromEntries(ids) as Record<Name, Uuid>;
  })();
