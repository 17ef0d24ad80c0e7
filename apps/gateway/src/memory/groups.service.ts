import {
  newId,
  ownId,
  type CreateGroupDto,
  type GroupError,
  type JsonObject,
  type RoomCreated,
  type Uuid,
} from '@app/contracts';
import type { TenantContext } from '@app/identity';
import { Database, type TenantScope } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';

/** What became of a new group. */
export interface MadeGroup {
  rooms: RoomCreated[];
  /** Agents for which no room was made. */
  errors: GroupError[];
}

/** Rooms of several agents in one world; and what they remember of a world or message server. */
@Injectable()
export class GroupsService {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Makes a room for each of the agents, in the world that stands for the message server when none is named. */
  async create({ tenantId }: TenantContext, serverId: Uuid, body: CreateGroupDto): Promise<MadeGroup> {
    return this.database.inTenant(tenantId, async (tenant) => {
      const made: MadeGroup = { rooms: [], errors: [] };
      const server = await tenant.messageServers.find(serverId);
      for (const agentId of new Set(body.agentIds ?? (await agentsOf(tenant, serverId)))) {
        const agent = await tenant.agents.find(agentId);
        if (agent?.enabled) made.rooms.push(await this.room(tenant, { agentId, serverId, server: server?.name }, body));
        else made.errors.push({ agentId, code: 'NOT_FOUND', error: 'Agent not found' });
      }
      return made;
    });
  }

  /** Deletes a world, named by its own id or its message server's, with its rooms and what agents remember of it. */
  async remove({ tenantId }: TenantContext, id: Uuid): Promise<void> {
    await this.database.inTenant(tenantId, async (tenant) => {
      const worldIds = await this.forget(tenant, id);
      await tenant.rooms.deleteOfWorlds(worldIds);
      await tenant.worlds.deleteAll(worldIds, [id]);
    });
  }

  /** Makes agents forget what was said in a world, named by its own id or its message server's. */
  async clear({ tenantId }: TenantContext, id: Uuid): Promise<void> {
    await this.database.inTenant(tenantId, async (tenant) => {
      await this.forget(tenant, id);
    });
  }

  private async room(
    tenant: TenantScope,
    { agentId, serverId, server }: { agentId: Uuid; serverId: Uuid; server?: string },
    body: CreateGroupDto,
  ): Promise<RoomCreated> {
    const { source = 'client', type = 'GROUP', metadata = {}, description } = body;
    const name = body.name ?? server ?? 'Chat Room';
    const worldId = body.worldId ?? ownId(agentId, serverId);
    if (!(await tenant.worlds.find(agentId, worldId))) {
      const described: JsonObject = description === undefined ? {} : { description };
      await tenant.worlds.put({ agentId, id: worldId, name, messageServerId: serverId, metadata: described });
    }
    const room = { agentId, id: newId(), name, source, type, worldId, messageServerId: serverId, metadata };
    const { createdAt } = await tenant.rooms.insert(room);
    return { ...room, createdAt: createdAt.getTime() };
  }

  /** Answers all ids under which agents know the world. */
  private async forget(tenant: TenantScope, id: Uuid): Promise<Uuid[]> {
    const agents = await tenant.agents.list();
    const worldIds = [id, ...agents.map((agent) => ownId(agent.id, id))];
    await tenant.recollections.forgetServer(id);
    for (const server of await tenant.messageServers.list()) {
      const agent = agents.find((candidate) => ownId(candidate.id, server.id) === id);
      if (agent) await tenant.recollections.forgetServer(server.id, agent.id);
    }
    await tenant.memories.deleteOfWorlds(worldIds);
    return worldIds;
  }
}

/** The active agents that are on the message server; all active ones when none is. */
async function agentsOf(tenant: TenantScope, serverId: Uuid): Promise<Uuid[]> {
  const there = await tenant.agents.enabledOn(serverId);
  if (there.length > 0) return there;
  return (await tenant.agents.list()).filter((agent) => agent.enabled).map((agent) => agent.id);
}
