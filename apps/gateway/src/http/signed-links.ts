import { callerIn } from '@app/identity';
import { MediaLinks } from '@app/platform';
import type { NextFunction, Request, Response } from 'express';

const SIGN = 'signLinks';

/**
 * Takes signatures off what comes in and puts fresh ones on what goes out: whoever is told of a file can have it for a
 * while without a key, and nothing is stored that ends.
 */
export function signedLinks(links: MediaLinks) {
  return (request: Request, response: Response, next: NextFunction): void => {
    request.body = MediaLinks.bareIn<unknown>(request.body);
    response.locals[SIGN] = (body: unknown): unknown => {
      const caller = callerIn(request);
      return caller ? links.signedIn(caller.tenantId, body) : body;
    };
    const send = response.json.bind(response);
    response.json = (body) => send(toldTo(response, body));
    next();
  };
}

/** What the caller of this answer is told, with the files in it signed. */
export function toldTo(response: Response, body: unknown): unknown {
  const sign = response.locals[SIGN] as ((body: unknown) => unknown) | undefined;
  return sign ? sign(body) : body;
}
