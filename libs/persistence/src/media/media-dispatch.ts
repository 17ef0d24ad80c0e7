import type { Uuid } from '@app/contracts';
import type { Database } from '../database/database.js';

/** Files of a tenant that are due to be swept. */
export interface DueMedia {
  tenantId: Uuid;
  ids: Uuid[];
}

/** A tenant that was deleted, and whose objects are still to be looked for. */
export interface DepartedTenant {
  tenantId: Uuid;
  /** Nothing that was begun while it was there can come to an end any more. */
  isLast: boolean;
}

/** What was begun for a tenant before it was deleted has ended after so long: its uploads, and their calls to S3. */
const ALL_ENDED = '2 hours';

/** Sees over all tenants which files have to go. Any number of processes may do this at once. */
export class MediaDispatch {
  constructor(private readonly database: Database) {}

  /** What is due, the longest first, tenant by tenant. It is claimed through its tenant. */
  async toSweep(limit = 500): Promise<DueMedia[]> {
    return this.database.acrossTenants(
      `select tenant_id as "tenantId", array_agg(id) as ids
         from (select tenant_id, id from media
                where state <> 'ready' and expires_at <= clock_timestamp() order by expires_at limit $1) due
        group by tenant_id`,
      [limit],
    );
  }

  /** Takes a deleted tenant whose objects are due to be looked for, for so many milliseconds. */
  async claimDeparted(leaseMs: number): Promise<DepartedTenant | undefined> {
    const [departed] = await this.database.acrossTenants<DepartedTenant & Record<string, unknown>>(
      `update departed_tenants set due_at = clock_timestamp() + make_interval(secs => $1 / 1000.0)
        where tenant_id = (select tenant_id from departed_tenants where due_at <= clock_timestamp()
                            order by due_at limit 1 for update skip locked)
       returning tenant_id as "tenantId", departed_at < clock_timestamp() - interval '${ALL_ENDED}' as "isLast"`,
      [leaseMs],
    );
    return departed;
  }

  /** Whether a tenant of this id is there, again or still. */
  async isThere(tenantId: Uuid): Promise<boolean> {
    const rows = await this.database.acrossTenants('select id from tenants where id = $1', [tenantId]);
    return rows.length > 0;
  }

  /** Whether a tenant was deleted, and its objects are still to be looked for. */
  async isDeparted(tenantId: Uuid): Promise<boolean> {
    const rows = await this.database.acrossTenants('select from departed_tenants where tenant_id = $1', [tenantId]);
    return rows.length > 0;
  }

  /** Has the objects of a tenant that is not there looked for. */
  async noteDeparted(tenantId: Uuid): Promise<void> {
    await this.database.oneInTenant({
      name: 'note_departed',
      text: 'insert into departed_tenants (tenant_id) select fence.tenant_id from fence on conflict do nothing',
      values: [tenantId],
    });
  }

  /** Its objects are gone; they are looked for once more when all that was begun for it has ended. */
  async settleDeparted({ tenantId, isLast }: DepartedTenant): Promise<void> {
    await this.database.acrossTenants(
      isLast
        ? 'delete from departed_tenants where tenant_id = $1'
        : `update departed_tenants set due_at = departed_at + interval '${ALL_ENDED}' + interval '1 second'
            where tenant_id = $1`,
      [tenantId],
    );
  }

  /** A tenant of its id is there: what it has is not to be deleted. */
  async forgetDeparted(tenantId: Uuid): Promise<void> {
    await this.database.acrossTenants('delete from departed_tenants where tenant_id = $1', [tenantId]);
  }
}
