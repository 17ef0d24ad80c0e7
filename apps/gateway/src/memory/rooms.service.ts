import {
  FleetError,
  newId,
  ownId,
  type CreateRoomDto,
  type RoomCreated,
  type RoomDetail,
  type RoomView,
  type Uuid,
} from '@app/contracts';
import { boundEntity, type TenantContext } from '@app/identity';
import { Database } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { runningAgent } from '../agents/running-agent.js';
import { channelRoomView, roomView } from './memory-views.js';
import { findPlace } from './places.js';

/** So many rooms are listed at most, those where something happened last. */
const MOST_ROOMS = 1_000;

/** The rooms of agents. */
@Injectable()
export class RoomsService {
  constructor(@Inject(Database) private readonly database: Database) {}

  /**
   * The rooms of an agent; to an end user those of channels it takes part in.
   *
   * @throws FleetError NOT_FOUND
   */
  async list(caller: TenantContext, agentId: Uuid): Promise<RoomView[]> {
    const seenBy = boundEntity(caller);
    return this.database.inTenant(caller.tenantId, async (tenant) => {
      await runningAgent(tenant, agentId);
      const channels = await tenant.rooms.channels(agentId, MOST_ROOMS, seenBy);
      const made = seenBy === undefined ? await tenant.rooms.list(agentId, MOST_ROOMS) : [];
      return [...channels.map((channel) => channelRoomView(agentId, channel)), ...made.map(roomView)];
    });
  }

  /**
   * A room with the name of its world.
   *
   * @throws FleetError NOT_FOUND
   */
  async get(caller: TenantContext, agentId: Uuid, id: Uuid): Promise<RoomDetail> {
    return this.database.inTenant(caller.tenantId, async (tenant) => {
      await runningAgent(tenant, agentId);
      const place = await findPlace(tenant, { agentId, id, seenBy: boundEntity(caller) });
      if (!place) throw new FleetError('NOT_FOUND', 'Room not found');
      const view = 'room' in place ? roomView(place.room) : channelRoomView(agentId, place.channel);
      const worldId = 'room' in place ? place.room.worldId : ownId(agentId, place.channel.messageServerId);
      const world = worldId === null ? undefined : await tenant.worlds.find(agentId, worldId);
      const serverName = 'channel' in place ? place.channel.serverName : null;
      return { ...view, worldName: world?.name ?? serverName };
    });
  }

  /**
   * Makes a room for an agent, in a world of its own when none is named.
   *
   * @throws FleetError NOT_FOUND
   */
  async create({ tenantId }: TenantContext, agentId: Uuid, body: CreateRoomDto): Promise<RoomCreated> {
    const { name, type = 'DM', source = 'client', metadata = {} } = body;
    const messageServerId = body.messageServerId ?? body.serverId ?? null;
    return this.database.inTenant(tenantId, async (tenant) => {
      await runningAgent(tenant, agentId);
      const id = newId();
      const worldId = body.worldId ?? ownId(agentId, messageServerId ?? id);
      if (!(await tenant.worlds.find(agentId, worldId))) {
        await tenant.worlds.put({ agentId, id: worldId, name: `World for ${name}`, messageServerId, metadata: {} });
      }
      const room = { agentId, id, name, source, type, worldId, messageServerId, metadata };
      const { createdAt } = await tenant.rooms.insert(room);
      return { ...room, createdAt: createdAt.getTime() };
    });
  }
}
