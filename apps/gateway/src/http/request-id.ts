import { newId } from '@app/contracts';
import type { NextFunction, Request, Response } from 'express';

const WELL_FORMED = /^[\w.-]{1,64}$/;

/** Names each request: the caller's own `X-Request-Id` when it is harmless, else a new one; told in the answer. */
export function requestId(request: Request, response: Response, next: NextFunction): void {
  const given = request.header('x-request-id');
  const id = given && WELL_FORMED.test(given) ? given : newId();
  response.locals['requestId'] = id;
  response.setHeader('x-request-id', id);
  next();
}

/** The name {@link requestId} gave to the request of this answer. */
export function requestIdOf(response: Response): string | undefined {
  const id: unknown = response.locals['requestId'];
  return typeof id === 'string' ? id : undefined;
}
