import { FleetError, type ServerMembership, type Uuid } from '@app/contracts';
import type { TenantContext } from '@app/identity';
import { Database } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { presentServer } from './message-servers.service.js';

/** Which agents are at home on which of a tenant's message servers. */
@Injectable()
export class ServerAgentsService {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** @throws FleetError MESSAGE_SERVER_NOT_FOUND */
  async list({ tenantId }: TenantContext, messageServerId: Uuid): Promise<Uuid[]> {
    return this.database.inTenant(tenantId, async (tenant) => {
      await presentServer(tenant, messageServerId);
      return tenant.messageServers.agentsOf(messageServerId);
    });
  }

  /** The servers of an agent; none when there is no such agent. */
  async serversOf({ tenantId }: TenantContext, agentId: Uuid): Promise<Uuid[]> {
    return this.database.inTenant(tenantId, (tenant) => tenant.messageServers.ofAgent(agentId));
  }

  /** @throws FleetError MESSAGE_SERVER_NOT_FOUND, NOT_FOUND for an unknown agent */
  async add({ tenantId }: TenantContext, messageServerId: Uuid, agentId: Uuid): Promise<ServerMembership> {
    await this.database.inTenant(tenantId, async (tenant) => {
      await presentServer(tenant, messageServerId);
      if (!(await tenant.agents.find(agentId))) throw new FleetError('NOT_FOUND', 'Agent not found');
      await tenant.messageServers.addAgent(messageServerId, agentId);
    });
    return { messageServerId, agentId, message: 'Agent added to message server successfully' };
  }

  /** Nothing changes when the agent is not there, as in ElizaOS. @throws FleetError MESSAGE_SERVER_NOT_FOUND */
  async remove({ tenantId }: TenantContext, messageServerId: Uuid, agentId: Uuid): Promise<ServerMembership> {
    await this.database.inTenant(tenantId, async (tenant) => {
      await presentServer(tenant, messageServerId);
      await tenant.messageServers.removeAgent(messageServerId, agentId);
    });
    return { messageServerId, agentId, message: 'Agent removed from message server successfully' };
  }
}
