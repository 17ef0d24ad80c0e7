import type { IncomingMessage } from 'node:http';
import { FleetError, isUuid, type Uuid } from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { credentialOf } from './credentials.js';
import { IdentityEnv } from './identity-env.js';
import type { Identity } from './identity.js';
import { ProxyTrust, type Origin } from './network/proxy-trust.js';
import { OpenAccess } from './open-access.js';
import { Recognition } from './recognition.js';
import { IdentityRegister, type PresenceListener } from './register/identity-register.js';
import { KeyUse } from './register/key-use.js';
import type { TenantContext } from './tenant-context.js';
import { TenantNames } from './tenants/tenant-names.js';

/** A caller who stays. */
export interface Admission {
  caller: TenantContext & { entityId: Uuid };
  /** The address of its client. */
  address: string;
  /** Watches over the caller's right to be here. Answers how to end it. */
  watch(listener: PresenceListener): () => void;
}

/** One of the two ways in, and what it asks of callers who have nothing of a tenant. */
interface WayIn {
  installationKey?: string;
  refusal: string;
}

/** Finds out who is calling, by HTTP or in a socket's handshake. */
@Injectable()
export class IdentityService {
  private readonly proxies: ProxyTrust;
  private readonly open: OpenAccess;
  private readonly rest: WayIn;
  private readonly sockets: WayIn;

  constructor(
    @Inject(IdentityEnv) env: IdentityEnv,
    @Inject(TenantNames) private readonly names: TenantNames,
    @Inject(Recognition) private readonly recognition: Recognition,
    @Inject(IdentityRegister) private readonly register: IdentityRegister,
    @Inject(KeyUse) private readonly use: KeyUse,
  ) {
    this.proxies = new ProxyTrust(env.TRUST_PROXY);
    this.open = new OpenAccess(env);
    this.rest = { installationKey: env.ELIZA_SERVER_AUTH_TOKEN, refusal: 'Missing or invalid X-API-KEY header' };
    this.sockets = { installationKey: env.SERVER_API_KEY, refusal: 'Invalid or missing API Key' };
  }

  /** Whether what this address forwards is believed, as Express asks it. */
  trustsProxy(address: string, hop: number): boolean {
    return this.proxies.trusts(address, hop);
  }

  /**
   * The caller of a REST route. An entity id that is none is overlooked, as ElizaOS does.
   *
   * @throws FleetError UNAUTHORIZED, TENANT_SUSPENDED, ENTITY_MISMATCH
   */
  async ofRequest(request: IncomingMessage): Promise<TenantContext> {
    const { context } = await this.identify(request, this.rest, credentialOf(request));
    const claimed = request.headers['x-entity-id'];
    if (!isUuid(claimed)) return context;
    if (context.entityId === undefined) return { ...context, entityId: claimed };
    if (context.entityId === claimed.toLowerCase()) return context;
    throw new FleetError('ENTITY_MISMATCH', 'X-Entity-Id is another entity than the one you are');
  }

  /**
   * The caller of a socket, with what its client put into `auth`. Who is bound to an entity is that one, whatever the
   * client says; who is not has to say.
   *
   * @throws FleetError UNAUTHORIZED, TENANT_SUSPENDED, VALIDATION_ERROR
   */
  async ofHandshake(request: IncomingMessage, auth: Record<string, unknown>): Promise<Admission> {
    const credential = credentialOf(request, [auth['apiKey'], auth['token']]);
    const identity = await this.identify(request, this.sockets, credential);
    const entityId = identity.context.entityId ?? auth['entityId'];
    if (!isUuid(entityId)) throw new FleetError('VALIDATION_ERROR', 'Valid entityId required');
    return {
      caller: { ...identity.context, entityId },
      address: this.proxies.originOf(request).address,
      watch: (listener) => this.register.watch(identity, listener),
    };
  }

  private async identify(request: IncomingMessage, way: WayIn, credential: string | undefined): Promise<Identity> {
    const origin: Origin = this.proxies.originOf(request);
    const ofHost = await this.names.ofHost(origin.host);
    const isOpen = this.open.admits(origin, request.headers.origin);
    const identity = await this.recognition.recognise(origin.address, { ...way, credential, ofHost, isOpen });
    if (ofHost !== undefined && identity.context.tenantId !== ofHost) {
      throw new FleetError('UNAUTHORIZED', 'These credentials are not good under this host name');
    }
    if (identity.key) this.use.note(identity.context.tenantId, identity.key.id);
    return identity;
  }
}
