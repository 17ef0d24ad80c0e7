import {
  FleetError,
  newId,
  type ApiKeyShown,
  type CreateApiKeyDto,
  type CreateTenantDto,
  type PutTokenIssuerDto,
  type TenantView,
  type UpdateTenantDto,
  type Uuid,
} from '@app/contracts';
import { newApiKey } from '@app/identity';
import {
  Database,
  isDuplicate,
  isReferred,
  noSuchPlan,
  TenantDirectory,
  type ListedTenant,
  type TenantScope,
} from '@app/persistence';
import { SecretBox, tokenIssuerOwner } from '@app/platform';
import { IdentityNews } from '@app/transport';
import { Inject, Injectable } from '@nestjs/common';

const DAY_MS = 86_400_000;

/** What those who run the installation do to tenants, their keys and those whose tokens they take. */
@Injectable()
export class AdminService {
  private readonly directory: TenantDirectory;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SecretBox) private readonly box: SecretBox,
    @Inject(IdentityNews) private readonly news: IdentityNews,
  ) {
    this.directory = new TenantDirectory(database);
  }

  /** Tenants in the order they were made in. */
  list(after: Uuid | undefined, limit: number): Promise<ListedTenant[]> {
    return this.directory.list({ after, limit });
  }

  /** @throws FleetError TENANT_NOT_FOUND */
  async get(tenantId: Uuid): Promise<TenantView> {
    const tenant = await this.database.inTenant(tenantId, (scope) => scope.tenant.find());
    if (!tenant) throw new FleetError('TENANT_NOT_FOUND', 'Tenant not found');
    const { generation: _, ...view } = tenant;
    return view;
  }

  /** @throws FleetError CONFLICT when another tenant has its slug, PLAN_NOT_FOUND */
  async create(tenant: CreateTenantDto): Promise<TenantView> {
    const tenantId = await unlessRefused(tenant, () => this.directory.create(tenant));
    await this.news.tell(tenantId);
    return this.get(tenantId);
  }

  /**
   * @throws FleetError TENANT_NOT_FOUND, PLAN_NOT_FOUND, CONFLICT when another tenant has its slug or a host name, or when
   * it is being deleted
   */
  async update(tenantId: Uuid, { hosts, ...change }: UpdateTenantDto): Promise<TenantView> {
    const { status } = await this.get(tenantId);
    if (status === 'deleting') throw new FleetError('CONFLICT', 'This tenant is being deleted');
    await unlessRefused(change, () =>
      this.database.inTenant(tenantId, async (scope) => {
        await scope.tenant.update(change.slug === '' ? { ...change, slug: null } : change);
        if (hosts) await scope.tenant.setHosts(hosts);
      }),
    );
    await this.news.tell(tenantId);
    return this.get(tenantId);
  }

  /** Runs `read` in a tenant that exists. @throws FleetError TENANT_NOT_FOUND */
  async inTenant<T>(tenantId: Uuid, read: (scope: TenantScope) => Promise<T>): Promise<T> {
    return this.database.inTenant(tenantId, async (scope) => {
      if (!(await scope.tenant.find())) throw new FleetError('TENANT_NOT_FOUND', 'Tenant not found');
      return read(scope);
    });
  }

  /** @throws FleetError TENANT_NOT_FOUND */
  async createKey(tenantId: Uuid, given: CreateApiKeyDto): Promise<ApiKeyShown> {
    const id = newId();
    const { text, hash } = newApiKey(tenantId, id);
    await this.inTenant(tenantId, (scope) => scope.apiKeys.insert({ ...given, id, secretHash: hash }));
    await this.news.tell(tenantId);
    return { id, key: text };
  }

  /** @throws FleetError API_KEY_NOT_FOUND, also for one that was revoked */
  async rotateKey(of: { tenantId: Uuid; keyId: Uuid }, overlapMs = DAY_MS): Promise<ApiKeyShown> {
    const { tenantId, keyId: id } = of;
    const { text, hash } = newApiKey(tenantId, id);
    const key = await this.inTenant(tenantId, (scope) => scope.apiKeys.rotate(id, hash, overlapMs));
    if (!key) throw keyNotFound();
    await this.news.tell(tenantId);
    return { id, key: text };
  }

  /** @throws FleetError API_KEY_NOT_FOUND */
  async revokeKey(tenantId: Uuid, id: Uuid): Promise<void> {
    if (!(await this.inTenant(tenantId, (scope) => scope.apiKeys.revoke(id)))) throw keyNotFound();
    await this.news.tell(tenantId);
  }

  /** @throws FleetError TENANT_NOT_FOUND, VALIDATION_ERROR */
  async putIssuer(tenantId: Uuid, given: PutTokenIssuerDto): Promise<Uuid> {
    const { secret, jwksUrl = null, entityClaim = null, scopesClaim = 'scope' } = given;
    const algorithms = given.algorithms ?? (secret === undefined ? ['RS256', 'ES256'] : ['HS256']);
    if ((secret === undefined) !== algorithms.every((name) => !name.startsWith('HS')) || (secret && jwksUrl)) {
      throw new FleetError(
        'VALIDATION_ERROR',
        'A secret goes with HS256 to HS512, a jwksUrl with the others; not both',
      );
    }
    const id = await this.inTenant(tenantId, async (scope) => {
      const known = (await scope.tokenIssuers.list()).find(({ issuer }) => issuer === given.issuer);
      const id = known?.id ?? newId();
      const sealed = secret === undefined ? undefined : this.box.seal(secret, tokenIssuerOwner(tenantId, id));
      return scope.tokenIssuers.put({
        ...{ id, issuer: given.issuer, audience: given.audience, algorithms, jwksUrl, entityClaim, scopesClaim },
        defaultScopes: given.defaultScopes ?? ['agents:read', 'messages:read', 'messages:write'],
        keyId: sealed?.keyId ?? null,
        ciphertext: sealed?.ciphertext ?? null,
      });
    });
    await this.news.tell(tenantId);
    return id;
  }

  /** @throws FleetError TENANT_NOT_FOUND, NOT_FOUND */
  async endIssuer(tenantId: Uuid, id: Uuid): Promise<void> {
    const isGone = await this.inTenant(tenantId, (scope) => scope.tokenIssuers.delete(id));
    if (!isGone) throw new FleetError('NOT_FOUND', 'Issuer not found');
    await this.news.tell(tenantId);
  }
}

async function unlessRefused<T>({ plan }: { plan?: string }, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (plan !== undefined && isReferred(error)) throw noSuchPlan(plan);
    throw isDuplicate(error) ? new FleetError('CONFLICT', 'Another tenant has this slug or host name') : error;
  }
}

function keyNotFound(): FleetError {
  return new FleetError('API_KEY_NOT_FOUND', 'Key not found');
}
