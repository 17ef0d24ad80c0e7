import { FleetError, isScope, isUuid, derivedId, type Scope, type Uuid } from '@app/contracts';
import type { TokenIssuer } from '@app/persistence';
import { decodeJwt, type JWTPayload } from 'jose';

/** What a token says of itself before anything of it is believed: only where to look for what checks it. */
export interface ToldClaims {
  issuer: string;
  /** The tenant it is meant for, by id or slug. */
  tenant?: string;
}

/** @throws FleetError UNAUTHORIZED */
export function toldClaims(token: string): ToldClaims {
  let payload: JWTPayload;
  try {
    payload = decodeJwt(token);
  } catch {
    throw invalidToken();
  }
  const { iss, tenant } = payload;
  if (typeof iss !== 'string' || iss === '') throw invalidToken();
  if (tenant !== undefined && typeof tenant !== 'string') throw invalidToken();
  return { issuer: iss, tenant };
}

/** Whether a credential is meant to be a token, good or bad. */
export function looksLikeToken(text: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text);
}

/**
 * The entity a checked token stands for: the id in the claim that was agreed on, else one that follows from tenant,
 * issuer and subject, so that equal subjects of two issuers or tenants are different people.
 *
 * @throws FleetError UNAUTHORIZED when the claim is there and holds no id
 */
export function entityOf(payload: JWTPayload, tenantId: Uuid, { issuer, entityClaim }: TokenIssuer): Uuid {
  const claimed = entityClaim === null ? undefined : payload[entityClaim];
  if (claimed === undefined) return derivedId(tenantId, JSON.stringify([issuer, payload.sub]));
  if (!isUuid(claimed)) throw invalidToken();
  return claimed.toLowerCase();
}

/** What a checked token is good for. Words of other systems in its claim are overlooked. */
export function scopesOf(payload: JWTPayload, { scopesClaim, defaultScopes }: TokenIssuer): Scope[] {
  const claimed = payload[scopesClaim];
  if (claimed === undefined) return defaultScopes;
  const words: unknown[] = typeof claimed === 'string' ? claimed.split(' ') : Array.isArray(claimed) ? claimed : [];
  return words.filter(isScope);
}

/** What callers hear of a token that is not good, whatever is wrong with it. */
export function invalidToken(): FleetError {
  return new FleetError('UNAUTHORIZED', 'The token is not valid');
}
