import { DEFAULT_TENANT_ID, FleetError, type Uuid } from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import type { Identity } from './identity.js';
import { looksLikeApiKey } from './keys/api-key.js';
import { KeyVerifier } from './keys/key-verifier.js';
import { sameKey } from './same-key.js';
import { TenantStanding } from './tenants/tenant-standing.js';
import { looksLikeToken } from './tokens/token-claims.js';
import { TokenVerifier } from './tokens/token-verifier.js';

/** What a caller shows at one of the ways in. */
export interface Showing {
  credential?: string;
  /** The tenant whose host name was called. */
  ofHost?: Uuid;
  /** ElizaOS's key of this way in, which opens the default tenant. */
  installationKey?: string;
  /** Whether nothing has to be shown where no such key is asked for. */
  isOpen: boolean;
  /** What is told to callers who have shown nothing good. */
  refusal: string;
}

/** Finds out whom a credential stands for: a tenant's key, an end user's token, or ElizaOS's key of an installation. */
@Injectable()
export class Prover {
  constructor(
    @Inject(KeyVerifier) private readonly keys: KeyVerifier,
    @Inject(TokenVerifier) private readonly tokens: TokenVerifier,
    @Inject(TenantStanding) private readonly standing: TenantStanding,
  ) {}

  /** @throws FleetError UNAUTHORIZED, TENANT_SUSPENDED; UNAVAILABLE when an issuer's keys cannot be had */
  async prove({ credential, ofHost, installationKey, isOpen, refusal }: Showing): Promise<Identity> {
    if (credential !== undefined) {
      if (looksLikeApiKey(credential)) return this.keys.verify(credential);
      if (installationKey !== undefined && sameKey(installationKey, credential)) {
        return this.standing.identify(DEFAULT_TENANT_ID, 'key');
      }
      if (looksLikeToken(credential)) return this.tokens.verify(credential, ofHost);
    }
    if (installationKey !== undefined) throw new FleetError('UNAUTHORIZED', refusal);
    if (!isOpen) throw new FleetError('UNAUTHORIZED', `${refusal}. Without a key only callers on this machine get in`);
    return this.standing.identify(ofHost ?? DEFAULT_TENANT_ID, 'open');
  }
}
