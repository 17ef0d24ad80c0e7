import type { IncomingMessage } from 'node:http';
import { FleetError } from '@app/contracts';

const BEARER = /^bearer +(\S+) *$/i;

/**
 * The one credential of a caller, wherever it stands: `Authorization: Bearer`, `X-API-KEY`, and what else a socket
 * brings. Two different ones are refused: somebody on the way may have added one.
 *
 * @throws FleetError UNAUTHORIZED
 */
export function credentialOf({ headers }: IncomingMessage, others: unknown[] = []): string | undefined {
  const bearer = BEARER.exec(headers.authorization ?? '')?.[1];
  const given = [bearer, headers['x-api-key'], ...others].filter((one) => typeof one === 'string' && one !== '');
  const [first, ...rest] = new Set(given as string[]);
  if (rest.length > 0) throw new FleetError('UNAUTHORIZED', 'The request carries two different credentials');
  return first;
}
