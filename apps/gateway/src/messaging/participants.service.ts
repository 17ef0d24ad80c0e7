import { FleetError, type Membership, type Uuid } from '@app/contracts';
import { boundEntity, type TenantContext } from '@app/identity';
import { Database } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { demandMayTakeOut } from '../authorization/channel-rights.js';
import { channelUpdates } from '../realtime/announcements.js';
import { Announcer } from '../realtime/announcer.js';
import { channelNotFound } from './channel-directory.js';

/** Who takes part in a tenant's channels. */
@Injectable()
export class ParticipantsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Announcer) private readonly announcer: Announcer,
  ) {}

  /** The participants in the order they joined; none when there is no such channel. */
  async list(caller: TenantContext, channelId: Uuid): Promise<Uuid[]> {
    return this.database.inTenant(caller.tenantId, (tenant) =>
      tenant.participants.list(channelId, boundEntity(caller)),
    );
  }

  /** @throws FleetError CHANNEL_NOT_FOUND, NOT_FOUND for an unknown agent */
  async addAgent(caller: TenantContext, channelId: Uuid, agentId: Uuid): Promise<Membership> {
    await this.database.inTenant(caller.tenantId, async (tenant) => {
      if (!(await tenant.channels.find(channelId, boundEntity(caller)))) throw channelNotFound();
      if (!(await tenant.agents.find(agentId))) throw new FleetError('NOT_FOUND', 'Agent not found');
      await tenant.participants.add(channelId, [agentId]);
    });
    return { channelId, agentId, message: 'Agent added to channel successfully' };
  }

  /**
   * Takes an agent out of a channel, or a person: then its sockets are told, and hear no more.
   *
   * @throws FleetError CHANNEL_NOT_FOUND, NOT_FOUND for who does not take part; FORBIDDEN for an end user and another
   *   person
   */
  async removeAgent(caller: TenantContext, channelId: Uuid, agentId: Uuid): Promise<Membership> {
    const { tenantId } = caller;
    await this.database.inTenant(tenantId, async (tenant) => {
      if (!(await tenant.channels.find(channelId, boundEntity(caller)))) throw channelNotFound();
      await demandMayTakeOut(tenant, caller, { channelId, entityIds: [agentId] });
      const isAgent = await tenant.agents.find(agentId);
      if (!(await tenant.participants.remove(channelId, agentId))) {
        throw new FleetError('NOT_FOUND', 'Agent is not a participant of this channel');
      }
      const updated = isAgent ? undefined : await tenant.channels.update(channelId, {});
      if (!updated) return;
      const event = { channelId, updates: channelUpdates(updated.channel), seq: updated.place.seq };
      tenant.afterCommit(() => void this.announcer.announce({ tenantId, channelId }, 'channelUpdated', event));
    });
    return { channelId, agentId, message: 'Agent removed from channel successfully' };
  }
}
