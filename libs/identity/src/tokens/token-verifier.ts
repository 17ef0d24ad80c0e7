import { DEFAULT_TENANT_ID, FleetError, type Uuid } from '@app/contracts';
import { Database, type SealedTokenIssuer } from '@app/persistence';
import { SecretBox, tokenIssuerOwner } from '@app/platform';
import { Inject, Injectable } from '@nestjs/common';
import { errors, jwtVerify, type JWTPayload } from 'jose';
import type { Identity } from '../identity.js';
import { demandServed } from '../tenants/served.js';
import { TenantNames } from '../tenants/tenant-names.js';
import { KeySets } from './key-sets.js';
import { entityOf, invalidToken, scopesOf, toldClaims, type ToldClaims } from './token-claims.js';

/** How far the clock of an issuer may be from ours, in seconds. */
const LEEWAY_S = 30;

/** Finds out whether a token of an end user is good, by what its tenant agreed on with its issuer. */
@Injectable()
export class TokenVerifier {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SecretBox) private readonly box: SecretBox,
    @Inject(KeySets) private readonly keys: KeySets,
    @Inject(TenantNames) private readonly names: TenantNames,
  ) {}

  /**
   * Whom a token stands for. Its tenant is that of the host name, or the one it names itself, or that of an
   * installation with only one; the token is then checked by that tenant's own agreement with the issuer alone, so
   * naming another tenant leads to keys that did not sign it.
   *
   * @throws FleetError UNAUTHORIZED, TENANT_SUSPENDED; UNAVAILABLE when the issuer's keys cannot be had
   */
  async verify(token: string, ofHost: Uuid | undefined): Promise<Identity> {
    const told = toldClaims(token);
    const tenantId = await this.tenantOf(told, ofHost);
    const proof = await this.database.inTenant(tenantId, (tenant) => tenant.tokenIssuers.proof(told.issuer));
    if (!proof?.issuer) throw invalidToken();
    const { issuer, status, tenantGeneration } = proof;
    const payload = await this.check(token, tenantId, issuer);
    demandServed(status);
    const entityId = entityOf(payload, tenantId, issuer);
    return {
      context: {
        tenantId,
        principal: 'user',
        principalId: `user:${entityId}`,
        entityId,
        scopes: scopesOf(payload, issuer),
        expiresAt: (payload.exp! + LEEWAY_S) * 1_000,
      },
      tenantGeneration,
      again: () => this.verify(token, ofHost),
    };
  }

  private async tenantOf({ tenant }: ToldClaims, ofHost: Uuid | undefined): Promise<Uuid> {
    if (tenant === undefined) return ofHost ?? DEFAULT_TENANT_ID;
    const named = await this.names.named(tenant);
    if (named === undefined || (ofHost !== undefined && named !== ofHost)) throw invalidToken();
    return named;
  }

  private async check(token: string, tenantId: Uuid, issuer: SealedTokenIssuer): Promise<JWTPayload> {
    const options = {
      issuer: issuer.issuer,
      audience: issuer.audience,
      algorithms: issuer.algorithms,
      clockTolerance: LEEWAY_S,
      requiredClaims: ['exp', 'sub'],
    };
    const key = issuer.jwksUrl === null ? this.secretOf(tenantId, issuer) : this.keys.at(issuer.jwksUrl);
    try {
      // One call for each kind of key: which of them is meant stands in what was agreed on, never in the token.
      const { payload } = await (typeof key === 'function'
        ? jwtVerify(token, key, options)
        : jwtVerify(token, key, options));
      if (typeof payload.sub !== 'string' || payload.sub === '') throw invalidToken();
      return payload;
    } catch (error) {
      throw refusalOf(error);
    }
  }

  private secretOf(tenantId: Uuid, { id, keyId, ciphertext }: SealedTokenIssuer): Uint8Array {
    if (keyId === null || ciphertext === null) throw new Error('An issuer with neither a secret nor a key set');
    return Buffer.from(this.box.open({ keyId, ciphertext }, tokenIssuerOwner(tenantId, id)), 'utf8');
  }
}

/** Nobody learns how near a forged token came; only that it was good once is told. A strange key in a set is no key. */
function refusalOf(error: unknown): FleetError {
  if (error instanceof FleetError) return error;
  return error instanceof errors.JWTExpired ? new FleetError('UNAUTHORIZED', 'The token has expired') : invalidToken();
}
