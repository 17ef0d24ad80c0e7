import type { Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';

/** A tenant's files, apart from their course from upload to reader (`MediaPath`). */
export class MediaRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  /** Gives up a file that was not published; after so many milliseconds it is swept. */
  async doom(id: Uuid, afterMs = 0): Promise<void> {
    await this.manager.query(
      `update media set state = 'deleting', expires_at = clock_timestamp() + make_interval(secs => $3 / 1000.0)
        where tenant_id = $1 and id = $2 and state = 'pending'`,
      [this.tenantId, id, afterMs],
    );
  }

  /** Forgets a file whose object is gone. */
  async forget(id: Uuid): Promise<void> {
    await this.manager.query(`delete from media where tenant_id = $1 and id = $2 and state = 'deleting'`, [
      this.tenantId,
      id,
    ]);
  }
}
