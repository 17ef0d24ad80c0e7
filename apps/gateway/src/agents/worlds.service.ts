import {
  FleetError,
  newId,
  ownId,
  type CreateWorldDto,
  type UpdateWorldDto,
  type Uuid,
  type WorldView,
} from '@app/contracts';
import type { TenantContext } from '@app/identity';
import { Database, type TenantScope, type World } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { isObject } from './json.js';
import { runningAgent } from './running-agent.js';

/** So many worlds are listed at most. */
const MOST_WORLDS = 1_000;

/** A world of an agent. */
export interface WorldPlace {
  agentId: Uuid;
  worldId: Uuid;
}

/** The worlds of agents: those that were made, and those that stand for message servers. */
@Injectable()
export class WorldsService {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** The worlds of all active agents. */
  async list({ tenantId }: TenantContext): Promise<WorldView[]> {
    return this.database.inTenant(tenantId, async (tenant) => {
      const made = await tenant.worlds.list(MOST_WORLDS);
      const known = new Set(made.map((world) => `${world.agentId} ${world.id}`));
      const derived = (await tenant.worlds.servers(MOST_WORLDS)).map(({ agentId, serverId, name, createdAt }) => {
        const id = ownId(agentId, serverId);
        return { agentId, id, name, messageServerId: serverId, metadata: {}, createdAt };
      });
      const others = derived.filter((world) => !known.has(`${world.agentId} ${world.id}`));
      return [...others, ...made].map(worldView);
    });
  }

  /**
   * Makes a world for an agent. With `worldId` and no name the agent joins a world that another agent has, or the one
   * that stands for the message server of that id.
   *
   * @throws FleetError NOT_FOUND
   */
  async create({ tenantId }: TenantContext, agentId: Uuid, body: CreateWorldDto): Promise<WorldView> {
    return this.database.inTenant(tenantId, async (tenant) => {
      await runningAgent(tenant, agentId);
      const { name, worldId, metadata = {} } = body;
      if (name === undefined) return worldView(await joined(tenant, agentId, worldId!));
      const messageServerId = body.messageServerId ?? body.serverId ?? null;
      return worldView(await tenant.worlds.put({ agentId, id: worldId ?? newId(), name, messageServerId, metadata }));
    });
  }

  /**
   * Changes a world as one agent knows it.
   *
   * @throws FleetError NOT_FOUND
   */
  async update(
    { tenantId }: TenantContext,
    { agentId, worldId: id }: WorldPlace,
    body: UpdateWorldDto,
  ): Promise<WorldView> {
    return this.database.inTenant(tenantId, async (tenant) => {
      await runningAgent(tenant, agentId);
      const world = (await tenant.worlds.find(agentId, id)) ?? (await worldOfServer(tenant, agentId, id));
      if (!world) throw worldNotFound();
      const metadata = { ...world.metadata, ...body.metadata };
      const { settings } = metadata;
      if (body.settings) metadata['settings'] = { ...(isObject(settings) ? settings : {}), ...body.settings };
      return worldView(await tenant.worlds.put({ ...world, name: body.name ?? world.name, metadata }));
    });
  }
}

async function joined(tenant: TenantScope, agentId: Uuid, id: Uuid): Promise<World> {
  const own = await tenant.worlds.find(agentId, id);
  if (own) return own;
  const other = await tenant.worlds.findOfAny(id);
  if (other) return tenant.worlds.put({ ...other, agentId });
  const world = await worldOfServer(tenant, agentId, id);
  if (!world) throw worldNotFound();
  return tenant.worlds.put(world);
}

/** The world that stands for a message server, by the server's id or its own. */
async function worldOfServer(
  tenant: TenantScope,
  agentId: Uuid,
  id: Uuid,
): Promise<Omit<World, 'createdAt'> | undefined> {
  const servers = await tenant.messageServers.list();
  const server = servers.find((candidate) => candidate.id === id || ownId(agentId, candidate.id) === id);
  if (!server) return undefined;
  return { agentId, id: ownId(agentId, server.id), name: server.name, messageServerId: server.id, metadata: {} };
}

function worldView({ createdAt, ...world }: World): WorldView {
  return { ...world, createdAt: createdAt.toISOString() };
}

function worldNotFound(): FleetError {
  return new FleetError('NOT_FOUND', 'World not found');
}
