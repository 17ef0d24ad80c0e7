import { DEFAULT_MESSAGE_SERVER_ID, newId, type Uuid } from '@app/contracts';
import type { Database } from '../database/database.js';
import type { NewTenant, TenantStatus } from '../repositories/tenant.repository.js';

/** A tenant as it stands in a list. What it is called by people is read through its own fence. */
export interface ListedTenant {
  id: Uuid;
  slug: string | null;
  status: TenantStatus;
  weight: number;
  plan: string;
}

/** Something whose generation is asked for: a tenant, or a key of it. */
export interface Remembered {
  tenantId: Uuid;
  keyId?: Uuid;
}

/** The generations a memory of somebody's identity was made at; null for what no longer exists. */
export interface Generations {
  tenant: number | null;
  key: number | null;
}

/** Finds tenants by what they are known by before anybody is inside one, and makes new ones. */
export class TenantDirectory {
  constructor(private readonly database: Database) {}

  /** Makes a tenant with its default message server. Fails as a duplicate when another one has its slug. */
  async create(tenant: NewTenant): Promise<Uuid> {
    const id = newId();
    await this.database.inTenant(id, async (scope) => {
      await scope.tenant.insert(tenant);
      await scope.messageServers.insert({
        id: DEFAULT_MESSAGE_SERVER_ID,
        name: 'Default Server',
        sourceType: 'eliza_default',
        sourceId: null,
        metadata: null,
      });
    });
    return id;
  }

  /** The tenant that has this host name, in lower case. */
  async findByHost(host: string): Promise<Uuid | undefined> {
    const [row] = await this.database.acrossTenants<{ id: Uuid }>(
      'select tenant_id as id from tenant_hosts where host = $1',
      [host],
    );
    return row?.id;
  }

  /** The tenant of this slug. */
  async findBySlug(slug: string): Promise<Uuid | undefined> {
    const [row] = await this.database.acrossTenants<{ id: Uuid }>('select id from tenants where slug = $1', [slug]);
    return row?.id;
  }

  /** Tenants in the order of their ids, which is nearly the order they were made in. */
  async list({ after, limit }: { after?: Uuid; limit: number }): Promise<ListedTenant[]> {
    return this.database.acrossTenants<ListedTenant & Record<string, unknown>>(
      `select id, slug, status, weight, plan from tenants where $1::uuid is null or id > $1 order by id limit $2`,
      [after, limit],
    );
  }

  /** The generations of all these, in their order, in one query. */
  async generations(of: Remembered[]): Promise<Generations[]> {
    return this.database.acrossTenants<Generations & Record<string, unknown>>(
      `select t.generation as tenant, k.generation as key
         from unnest($1::uuid[], $2::uuid[]) with ordinality as r (tenant_id, key_id, place)
         left join tenants t on t.id = r.tenant_id
         left join api_keys k on k.tenant_id = r.tenant_id and k.id = r.key_id
        order by r.place`,
      [of.map(({ tenantId }) => tenantId), of.map(({ keyId }) => keyId ?? null)],
    );
  }
}
