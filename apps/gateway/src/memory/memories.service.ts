import { FleetError, type ListMemoriesQuery, type MemoryView, type UpdateMemoryDto, type Uuid } from '@app/contracts';
import { boundEntity, type TenantContext } from '@app/identity';
import { Database, type MemoryPage, type TenantScope } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { runningAgent } from '../agents/running-agent.js';
import { memoryView, recollectionView } from './memory-views.js';
import { findPlace, presentPlace, type Place } from './places.js';

/** How many memories are answered when nobody says, and at most. */
const PAGE = { usual: 200, inRoom: 20, most: 500 };
/** Deleted messages are not counted beyond. */
const MOST_COUNTED = 10_000;

/** A memory of an agent. */
export interface MemoryPlace {
  agentId: Uuid;
  memoryId: Uuid;
}

/** A room of an agent, by its own id or its channel's. */
export interface RoomPlace {
  agentId: Uuid;
  roomId: Uuid;
}

/** What agents remember: the messages of their channels, and what is kept beside them. */
@Injectable()
export class MemoriesService {
  constructor(@Inject(Database) private readonly database: Database) {}

  /**
   * An agent's memories of one type, newest first. A caller that says which entity it is sees those of rooms it is in.
   *
   * @throws FleetError NOT_FOUND
   */
  async list(caller: TenantContext, agentId: Uuid, query: ListMemoriesQuery): Promise<MemoryView[]> {
    const id = query.roomId ?? query.channelId;
    return this.database.inTenant(caller.tenantId, async (tenant) => {
      await runningAgent(tenant, agentId);
      const place =
        id === undefined ? undefined : await findPlace(tenant, { agentId, id, seenBy: boundEntity(caller) });
      // A room nobody made and no channel stands for may still have memories of its own, as where it was moved from.
      return this.page(
        tenant,
        { agentId, place, roomId: place?.roomId ?? id, caller },
        { ...query, limit: query.limit ?? PAGE.usual },
      );
    });
  }

  /**
   * The same of one room, which may be named by its own id or its channel's.
   *
   * @throws FleetError NOT_FOUND
   */
  async listOfRoom(
    caller: TenantContext,
    { agentId, roomId }: RoomPlace,
    query: ListMemoriesQuery,
  ): Promise<MemoryView[]> {
    return this.list(caller, agentId, { ...query, limit: query.limit ?? PAGE.inRoom, roomId });
  }

  /**
   * Changes how an agent remembers; a message itself stays as it is.
   *
   * @throws FleetError NOT_FOUND
   */
  async update(
    { tenantId }: TenantContext,
    { agentId, memoryId }: MemoryPlace,
    change: UpdateMemoryDto,
  ): Promise<void> {
    await this.database.inTenant(tenantId, async (tenant) => {
      await runningAgent(tenant, agentId);
      if (await tenant.memories.update(agentId, memoryId, change)) return;
      if (!(await tenant.recollections.find(agentId, memoryId))) throw memoryNotFound();
      await tenant.recollections.change(agentId, memoryId, change);
    });
  }

  /**
   * Makes an agent forget a memory; a message itself stays.
   *
   * @throws FleetError NOT_FOUND
   */
  async remove({ tenantId }: TenantContext, { agentId, memoryId }: MemoryPlace): Promise<void> {
    await this.database.inTenant(tenantId, async (tenant) => {
      await runningAgent(tenant, agentId);
      if (await tenant.memories.delete(agentId, memoryId)) return;
      if (!(await tenant.recollections.find(agentId, memoryId))) throw memoryNotFound();
      await tenant.recollections.forget(agentId, memoryId);
    });
  }

  /**
   * Makes an agent forget everything. Answers how many memories that were, counted up to 10,000 messages.
   *
   * @throws FleetError NOT_FOUND
   */
  async clear({ tenantId }: TenantContext, agentId: Uuid): Promise<number> {
    return this.database.inTenant(tenantId, async (tenant) => {
      await runningAgent(tenant, agentId);
      const messages = await tenant.recollections.count(agentId, MOST_COUNTED);
      await tenant.recollections.forgetAll(agentId);
      return messages + (await tenant.memories.deleteAll(agentId));
    });
  }

  /**
   * Makes an agent forget a room.
   *
   * @throws FleetError NOT_FOUND
   */
  async clearRoom({ tenantId }: TenantContext, { agentId, roomId }: RoomPlace): Promise<void> {
    await this.database.inTenant(tenantId, async (tenant) => {
      await runningAgent(tenant, agentId);
      const place = await presentPlace(tenant, agentId, roomId);
      await tenant.memories.deleteAll(agentId, place.roomId);
      if ('channel' in place) await tenant.recollections.forgetAll(agentId, place.channel.id);
    });
  }

  private async page(
    tenant: TenantScope,
    where: { agentId: Uuid; place?: Place; roomId?: Uuid; caller: TenantContext },
    query: ListMemoriesQuery & { limit: number },
  ): Promise<MemoryView[]> {
    const { agentId, place, roomId } = where;
    const { entityId } = where.caller;
    const type = query.tableName ?? 'messages';
    const limit = Math.min(query.limit, PAGE.most);
    const kept: MemoryPage = { type, limit, roomId, before: query.before, entityId };
    const memories = (await tenant.memories.page(agentId, kept)).map((memory) => memoryView(agentId, memory));
    const channelId = place && 'channel' in place ? place.channel.id : undefined;
    if (type !== 'messages' || (roomId !== undefined && channelId === undefined)) return memories;
    const said = await tenant.recollections.page(agentId, {
      limit,
      channelId,
      sharedWith: entityId,
      before: query.before,
    });
    const all = [...memories, ...said.map((message) => recollectionView(agentId, message))];
    return all.sort((one, other) => other.createdAt - one.createdAt).slice(0, limit);
  }
}

function memoryNotFound(): FleetError {
  return new FleetError('NOT_FOUND', 'Memory not found');
}
