import type { NextFunction, Request, Response } from 'express';

/** ElizaOS's older names of routes; what follows them is the same. Only the lists of servers have answers of their own. */
const OLD_NAMES: readonly [RegExp, string][] = [
  [/^\/api\/messaging\/central-channels(?=[/?]|$)/i, '/api/messaging/channels'],
  [/^\/api\/messaging\/(central-)?servers(?=\/[^/?])/i, '/api/messaging/message-servers'],
];
const NEW_SERVER = /^\/api\/messaging\/servers\/?(?=\?|$)/i;

/** Leads a call of an old name to the route under its new one. */
export function oldNames(request: Request, _response: Response, next: NextFunction): void {
  for (const [old, name] of OLD_NAMES) request.url = request.url.replace(old, name);
  if (request.method === 'POST') request.url = request.url.replace(NEW_SERVER, '/api/messaging/message-servers');
  next();
}
