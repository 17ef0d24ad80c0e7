import { FleetError } from '@app/contracts';
import { actsForTenant, type TenantContext } from '@app/identity';
import { Database } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { MediaOwner } from './uploads.service.js';

/** Who may upload where. */
@Injectable()
export class UploadRights {
  constructor(@Inject(Database) private readonly database: Database) {}

  /**
   * Who acts for the tenant uploads anywhere in it; an end user to agents, and to the channels that it takes part in.
   *
   * @throws FleetError CHANNEL_NOT_FOUND
   */
  async demand(caller: TenantContext, { ownerKind, ownerId }: MediaOwner): Promise<void> {
    if (actsForTenant(caller) || ownerKind !== 'channel') return;
    const isIn = await this.database.inTenant(
      caller.tenantId,
      async (tenant) =>
        caller.entityId !== undefined && (await tenant.participants.list(ownerId)).includes(caller.entityId),
    );
    if (!isIn) throw new FleetError('CHANNEL_NOT_FOUND', 'Channel not found');
  }
}
