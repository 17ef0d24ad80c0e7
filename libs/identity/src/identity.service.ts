import { DEFAULT_TENANT_ID, FleetError, isUuid, type Uuid } from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { credentialOf, type Credentials } from './credentials.js';
import { IdentityEnv } from './identity-env.js';
import type { Identity } from './identity.js';
import { looksLikeApiKey } from './keys/api-key.js';
import { KeyVerifier } from './keys/key-verifier.js';
import { sameKey } from './same-key.js';
import type { TenantContext } from './tenant-context.js';
import { TenantNames } from './tenants/tenant-names.js';
import { TenantStanding } from './tenants/tenant-standing.js';
import { looksLikeToken } from './tokens/token-claims.js';
import { TokenVerifier } from './tokens/token-verifier.js';

/** Finds out who is calling: by a tenant's key, an end user's token, or ElizaOS's two keys of an installation. */
@Injectable()
export class IdentityService {
  constructor(
    @Inject(IdentityEnv) private readonly env: IdentityEnv,
    @Inject(TenantNames) private readonly names: TenantNames,
    @Inject(KeyVerifier) private readonly keys: KeyVerifier,
    @Inject(TokenVerifier) private readonly tokens: TokenVerifier,
    @Inject(TenantStanding) private readonly standing: TenantStanding,
  ) {}

  /**
   * The caller of a REST route. An entity id that is none is overlooked, as ElizaOS does.
   *
   * @throws FleetError UNAUTHORIZED, TENANT_SUSPENDED, ENTITY_MISMATCH
   */
  async ofRequest(given: Credentials): Promise<TenantContext> {
    const message = 'Missing or invalid X-API-KEY header';
    const { context } = await this.identify(given, this.env.ELIZA_SERVER_AUTH_TOKEN, message);
    if (!isUuid(given.entityId)) return context;
    if (context.entityId === undefined) return { ...context, entityId: given.entityId };
    if (context.entityId === given.entityId.toLowerCase()) return context;
    throw new FleetError('ENTITY_MISMATCH', 'X-Entity-Id is another entity than the one you are');
  }

  /**
   * The caller of a socket. Who is bound to an entity is that one, whatever the client says; who is not has to say.
   *
   * @throws FleetError UNAUTHORIZED, TENANT_SUSPENDED, VALIDATION_ERROR
   */
  async ofHandshake(given: Credentials): Promise<TenantContext & { entityId: Uuid }> {
    const { context } = await this.identify(given, this.env.SERVER_API_KEY, 'Invalid or missing API Key');
    const entityId = context.entityId ?? given.entityId;
    if (!isUuid(entityId)) throw new FleetError('VALIDATION_ERROR', 'Valid entityId required');
    return { ...context, entityId };
  }

  private async identify(given: Credentials, installationKey: string | undefined, message: string): Promise<Identity> {
    const credential = credentialOf(given);
    const ofHost = await this.names.ofHost(given.host);
    const identity = await this.proven(credential, ofHost, installationKey);
    if (!identity) throw new FleetError('UNAUTHORIZED', message);
    if (ofHost !== undefined && identity.context.tenantId !== ofHost) {
      throw new FleetError('UNAUTHORIZED', 'These credentials are not good under this host name');
    }
    return identity;
  }
  private async proven(
    credential: string | undefined,
    ofHost: Uuid | undefined,
    installationKey: string | undefined,
  ): Promise<Identity | undefined> {
    if (credential !== undefined) {
      if (looksLikeApiKey(credential)) return this.keys.verify(credential);
      if (installationKey && sameKey(installationKey, credential)) {
        return this.standing.identify(DEFAULT_TENANT_ID, 'key');
      }
      if (looksLikeToken(credential)) return this.tokens.verify(credential, ofHost);
    }
    return installationKey ? undefined : this.standing.identify(ofHost ?? DEFAULT_TENANT_ID, 'open');
  }
}
