import { FleetError } from '@app/contracts';

/** What a caller brings along, whether by HTTP or in a socket's handshake. */
export interface Credentials {
  /** The `Authorization` header. Other schemes than `Bearer` are not for us. */
  authorization?: string;
  /** The `X-API-KEY` header. */
  apiKey?: string;
  /** What else a socket may bring: `auth.apiKey` and `auth.token`. */
  others?: (string | undefined)[];
  /** The `Host` header. */
  host?: string;
  /** The entity the caller says it is. */
  entityId?: string;
}

const BEARER = /^bearer +(\S+) *$/i;

/**
 * The one credential of a caller, wherever it stands. Two different ones are refused: somebody on the way may have
 * added one.
 *
 * @throws FleetError UNAUTHORIZED
 */
export function credentialOf({ authorization, apiKey, others = [] }: Credentials): string | undefined {
  const bearer = BEARER.exec(authorization ?? '')?.[1];
  const [first, ...rest] = new Set([bearer, apiKey, ...others].filter((given) => given !== undefined && given !== ''));
  if (rest.length > 0) throw new FleetError('UNAUTHORIZED', 'The request carries two different credentials');
  return first;
}
