import { DEFAULT_TENANT_ID, FleetError, isUuid } from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { IdentityEnv } from './identity-env.js';
import { sameKey } from './same-key.js';
import type { TenantContext } from './tenant-context.js';

/** What a caller brings along, whether by HTTP or in a socket's handshake. */
export interface Credentials {
  apiKey?: string;
  entityId?: string;
}

/** Finds out who is calling. One installation serves one tenant so far, by ElizaOS's two keys. */
@Injectable()
export class IdentityService {
  constructor(@Inject(IdentityEnv) private readonly env: IdentityEnv) {}

  /**
   * The caller of a REST route. An entity id that is none is overlooked, as ElizaOS does.
   *
   * @throws FleetError UNAUTHORIZED
   */
  ofRequest({ apiKey, entityId }: Credentials): TenantContext {
    const principal = this.principal(this.env.ELIZA_SERVER_AUTH_TOKEN, apiKey, 'Missing or invalid X-API-KEY header');
    return { tenantId: DEFAULT_TENANT_ID, principal, entityId: isUuid(entityId) ? entityId : undefined };
  }

  /**
   * The caller of a socket, which has to say which entity it is.
   *
   * @throws FleetError UNAUTHORIZED, VALIDATION_ERROR
   */
  ofHandshake({ apiKey, entityId }: Credentials): TenantContext & { entityId: string } {
    const principal = this.principal(this.env.SERVER_API_KEY, apiKey, 'Invalid or missing API Key');
    if (!isUuid(entityId)) throw new FleetError('VALIDATION_ERROR', 'Valid entityId required');
    return { tenantId: DEFAULT_TENANT_ID, principal, entityId };
  }

  private principal(expected: string | undefined, given: string | undefined, message: string): 'open' | 'key' {
    if (!expected) return 'open';
    if (given !== undefined && sameKey(expected, given)) return 'key';
    throw new FleetError('UNAUTHORIZED', message);
  }
}
