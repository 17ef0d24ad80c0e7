import type { Uuid } from '@app/contracts';
import type { Database } from '../database/database.js';

/** Sees over all tenants which end users are to be erased. */
export class UserErasureDispatch {
  constructor(private readonly database: Database) {}

  /** Erasures that are due, the longest first: nobody took them, or whoever took them is gone. */
  async due(limit = 20): Promise<{ tenantId: Uuid; id: Uuid }[]> {
    return this.database.acrossTenants(
      `select tenant_id as "tenantId", id from user_erasures
        where state <> 'done' and due_at <= clock_timestamp() order by due_at limit $1`,
      [limit],
    );
  }
}
