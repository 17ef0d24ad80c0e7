import type { Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';

/** Whether a tenant is served. */
export type TenantStatus = 'active' | 'suspended' | 'deleting';

/** A tenant as it is kept. */
export interface Tenant {
  id: Uuid;
  name: string;
  /** Its name in host names under the installation's domain. */
  slug: string | null;
  status: TenantStatus;
  weight: number;
  /** The name of its plan. */
  plan: string;
  hosts: string[];
  /** Rises with every change. */
  generation: number;
  createdAt: Date;
}

/** What of a tenant may be changed; what is left out stays. */
export interface TenantChange {
  name?: string;
  slug?: string | null;
  status?: TenantStatus;
  weight?: number;
  plan?: string;
}

/** What a new tenant is made of; the rest is as for any new one. */
export interface NewTenant {
  name: string;
  slug?: string | null;
  weight?: number;
  plan?: string;
}

const FIELDS = `t.id, t.name, t.slug, t.status, t.weight, t.plan, t.generation, t.created_at as "createdAt",
  array(select h.host from tenant_hosts h where h.tenant_id = t.id order by h.host) as hosts`;

/** The tenant itself. */
export class TenantRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  /** The tenant; undefined when there is none. */
  async find(): Promise<Tenant | undefined> {
    const [row] = await this.manager.query<Tenant[]>(`select ${FIELDS} from tenants t where t.id = $1`, [
      this.tenantId,
    ]);
    return row;
  }

  /** Makes the tenant. Fails as a duplicate when it, or another one of this slug, exists, and when there is no such plan. */
  async insert({ name, slug = null, weight = 1, plan = 'default' }: NewTenant): Promise<void> {
    await this.manager.query('insert into tenants (id, name, slug, weight, plan) values ($1, $2, $3, $4, $5)', [
      this.tenantId,
      ...[name, slug, weight, plan],
    ]);
  }

  /**
   * Changes the tenant. Answers whether there is one; fails as a duplicate when another one has this slug, and when there
   * is no such plan. One that is being deleted stays closed, whatever status is asked for.
   */
  async update(change: TenantChange): Promise<boolean> {
    const [, count] = await this.manager.query<[unknown[], number]>(
      `update tenants set name = coalesce($2, name), slug = case when $3::boolean then $4 else slug end,
              status = coalesce($5, status), weight = coalesce($6, weight), plan = coalesce($7, plan)
        where id = $1`,
      [
        ...[this.tenantId, change.name, change.slug !== undefined, change.slug, change.status],
        ...[change.weight, change.plan],
      ],
    );
    return count === 1;
  }

  /** Closes the tenant for good: from now on it is being deleted. Answers whether there is one. */
  async close(): Promise<boolean> {
    await this.manager.query(`update tenants set status = 'deleting' where id = $1 and status <> 'deleting'`, [
      this.tenantId,
    ]);
    return (await this.find()) !== undefined;
  }

  /** Puts these host names in place of all there were. Fails as a duplicate when another tenant has one of them. */
  async setHosts(hosts: string[]): Promise<void> {
    await this.manager.query('delete from tenant_hosts where tenant_id = $1 and host <> all ($2::text[])', [
      this.tenantId,
      hosts,
    ]);
    await this.manager.query(
      `insert into tenant_hosts (tenant_id, host) select $1, host from unnest($2::text[]) as host
       on conflict (tenant_id, host) do nothing`,
      [this.tenantId, hosts],
    );
  }
}
