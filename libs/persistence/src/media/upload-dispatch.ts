import type { Uuid } from '@app/contracts';
import type { Database } from '../database/database.js';

/** Sees over all tenants whose uploads are over. */
export class UploadDispatch {
  constructor(private readonly database: Database) {}

  /** Uploads that ended at least so many milliseconds ago, the oldest first. */
  async over(forMs: number, limit = 100): Promise<{ tenantId: Uuid; id: Uuid }[]> {
    return this.database.acrossTenants(
      `select tenant_id as "tenantId", id from uploads
        where expires_at < clock_timestamp() - make_interval(secs => $1 / 1000.0) order by expires_at limit $2`,
      [forMs, limit],
    );
  }
}
