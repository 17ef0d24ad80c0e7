import { FleetError, type Uuid } from '@app/contracts';
import type { TenantContext } from '@app/identity';
import { Database } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { channelNotFound } from './channel-directory.js';

/** What is answered when an agent joined or left a channel. */
export interface Membership {
  channelId: Uuid;
  agentId: Uuid;
  message: string;
}

/** Who takes part in a tenant's channels. */
@Injectable()
export class ParticipantsService {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** The participants in the order they joined; none when there is no such channel. */
  async list({ tenantId }: TenantContext, channelId: Uuid): Promise<Uuid[]> {
    return this.database.inTenant(tenantId, (tenant) => tenant.participants.list(channelId));
  }

  /** @throws FleetError CHANNEL_NOT_FOUND, NOT_FOUND for an unknown agent */
  async addAgent({ tenantId }: TenantContext, channelId: Uuid, agentId: Uuid): Promise<Membership> {
    await this.database.inTenant(tenantId, async (tenant) => {
      if (!(await tenant.channels.find(channelId))) throw channelNotFound();
      if (!(await tenant.agents.find(agentId))) throw new FleetError('NOT_FOUND', 'Agent not found');
      await tenant.participants.add(channelId, [agentId]);
    });
    return { channelId, agentId, message: 'Agent added to channel successfully' };
  }

  /** @throws FleetError CHANNEL_NOT_FOUND, NOT_FOUND for an agent that does not take part */
  async removeAgent({ tenantId }: TenantContext, channelId: Uuid, agentId: Uuid): Promise<Membership> {
    await this.database.inTenant(tenantId, async (tenant) => {
      if (!(await tenant.channels.find(channelId))) throw channelNotFound();
      if (await tenant.participants.remove(channelId, agentId)) return;
      throw new FleetError('NOT_FOUND', 'Agent is not a participant of this channel');
    });
    return { channelId, agentId, message: 'Agent removed from channel successfully' };
  }
}
