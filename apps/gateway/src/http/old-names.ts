import type { OldName } from '@app/platform';
import type { NextFunction, Request, Response } from 'express';

const SERVERS = '/api/messaging/message-servers';

/** ElizaOS's older names of routes; what follows them is the same. Only the lists of servers have answers of their own. */
export const OLD_NAMES: readonly OldName[] = [
  { old: '/api/messaging/central-channels', name: '/api/messaging/channels' },
  { old: '/api/messaging/central-servers', name: SERVERS, onlyBelow: true },
  { old: '/api/messaging/servers', name: SERVERS, onlyBelow: true },
  { old: '/api/messaging/servers', name: SERVERS, onlyMethod: 'POST' },
];

const RULES = OLD_NAMES.map((oldName) => ({ ...oldName, pattern: patternOf(oldName) }));

/** Leads a call of an old name to the route under its new one. */
export function oldNames(request: Request, _response: Response, next: NextFunction): void {
  for (const { pattern, name, onlyMethod = request.method } of RULES) {
    if (request.method === onlyMethod) request.url = request.url.replace(pattern, name);
  }
  next();
}

function patternOf({ old, onlyBelow = false, onlyMethod }: OldName): RegExp {
  if (onlyBelow) return new RegExp(`^${old}(?=/[^/?])`, 'i');
  return new RegExp(onlyMethod === undefined ? `^${old}(?=[/?]|$)` : `^${old}/?(?=\\?|$)`, 'i');
}
