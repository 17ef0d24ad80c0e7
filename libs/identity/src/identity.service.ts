import { DEFAULT_TENANT_ID, FleetError, isUuid, type Uuid } from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { credentialOf, type Credentials } from './credentials.js';
import { IdentityEnv } from './identity-env.js';
import { looksLikeApiKey } from './keys/api-key.js';
import { KeyVerifier } from './keys/key-verifier.js';
import { sameKey } from './same-key.js';
import { INSTALLATION_KEY, type TenantContext } from './tenant-context.js';

/** Finds out who is calling: by a tenant's key, or by the two keys of ElizaOS for an installation of one tenant. */
@Injectable()
export class IdentityService {
  constructor(
    @Inject(IdentityEnv) private readonly env: IdentityEnv,
    @Inject(KeyVerifier) private readonly keys: KeyVerifier,
  ) {}

  /**
   * The caller of a REST route. An entity id that is none is overlooked, as ElizaOS does.
   *
   * @throws FleetError UNAUTHORIZED, TENANT_SUSPENDED
   */
  async ofRequest(given: Credentials): Promise<TenantContext> {
    const message = 'Missing or invalid X-API-KEY header';
    const context = await this.identify(given, this.env.ELIZA_SERVER_AUTH_TOKEN, message);
    return isUuid(given.entityId) ? { ...context, entityId: given.entityId } : context;
  }

  /**
   * The caller of a socket, which has to say which entity it is.
   *
   * @throws FleetError UNAUTHORIZED, TENANT_SUSPENDED, VALIDATION_ERROR
   */
  async ofHandshake(given: Credentials): Promise<TenantContext & { entityId: Uuid }> {
    const context = await this.identify(given, this.env.SERVER_API_KEY, 'Invalid or missing API Key');
    if (!isUuid(given.entityId)) throw new FleetError('VALIDATION_ERROR', 'Valid entityId required');
    return { ...context, entityId: given.entityId };
  }

  private async identify(given: Credentials, installationKey: string | undefined, message: string) {
    const credential = credentialOf(given);
    if (credential !== undefined && looksLikeApiKey(credential)) return this.keys.verify(credential);
    if (!installationKey) return of('open');
    if (credential !== undefined && sameKey(installationKey, credential)) return of('key');
    throw new FleetError('UNAUTHORIZED', message);
  }
}

/** Who calls without a tenant's key belongs to the one tenant of an installation that has only one. */
function of(principal: 'open' | 'key'): TenantContext {
  const principalId = principal === 'open' ? 'open' : INSTALLATION_KEY;
  return { tenantId: DEFAULT_TENANT_ID, principal, principalId, scopes: ['*'] };
}
