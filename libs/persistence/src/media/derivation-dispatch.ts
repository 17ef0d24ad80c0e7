import type { Uuid } from '@app/contracts';
import type { Database } from '../database/database.js';

/** A derivation that is due. */
export interface DueDerivation {
  tenantId: Uuid;
  mediaId: Uuid;
  attempt: number;
}

/** Sees over all tenants of which files something is still to be made. */
export class DerivationDispatch {
  constructor(private readonly database: Database) {}

  /** What is due, the longest first: nobody took it, it is to be tried again, or whoever took it is gone. */
  async due(limit = 200): Promise<DueDerivation[]> {
    return this.database.acrossTenants(
      `select tenant_id as "tenantId", media_id as "mediaId", attempt from media_derivations
        where state in ('waiting', 'running') and due_at <= clock_timestamp() order by due_at limit $1`,
      [limit],
    );
  }
}
