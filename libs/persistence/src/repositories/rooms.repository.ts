import type { JsonObject, Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import { takesPart } from './takes-part.js';

/** A room somebody made for an agent. */
export interface Room {
  agentId: Uuid;
  id: Uuid;
  name: string;
  source: string;
  type: string;
  worldId: Uuid | null;
  messageServerId: Uuid | null;
  metadata: JsonObject;
  createdAt: Date;
}

/** A channel an agent takes part in: it stands for one of its rooms. */
export interface ChannelOfAgent {
  id: Uuid;
  name: string;
  type: string;
  messageServerId: Uuid;
  serverName: string;
  sourceType: string | null;
  metadata: JsonObject;
}

const COLUMNS = `r.agent_id as "agentId", r.id, r.name, r.source, r.type, r.world_id as "worldId",
  r.message_server_id as "messageServerId", r.metadata, r.created_at as "createdAt"`;
const CHANNEL = `c.id, c.name, c.type, c.message_server_id as "messageServerId", s.name as "serverName",
  c.source_type as "sourceType", c.metadata`;
const CHANNELS = `channel_participants p join channels c on c.tenant_id = p.tenant_id and c.id = p.channel_id
  join message_servers s on s.tenant_id = c.tenant_id and s.id = c.message_server_id`;

const seenIn = (entity: string): string => takesPart({ tenant: '$1', channel: 'p.channel_id', entity });

/** The rooms of a tenant's agents: those that were made, and the channels that stand for the others. */
export class RoomsRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  /** Rooms that were made for an agent, oldest first. */
  async list(agentId: Uuid, limit: number): Promise<Room[]> {
    return this.manager.query(
      `select ${COLUMNS} from rooms r where r.tenant_id = $1 and r.agent_id = $2 order by r.created_at, r.id limit $3`,
      [this.tenantId, agentId, limit],
    );
  }

  async find(agentId: Uuid, id: Uuid): Promise<Room | undefined> {
    const [room] = await this.manager.query<Room[]>(
      `select ${COLUMNS} from rooms r where r.tenant_id = $1 and r.agent_id = $2 and r.id = $3`,
      [this.tenantId, agentId, id],
    );
    return room;
  }

  /** Stores a room; one of that id stays as it is. */
  async insert(room: Omit<Room, 'createdAt'>): Promise<Room> {
    await this.manager.query(
      `insert into rooms (tenant_id, agent_id, id, name, source, type, world_id, message_server_id, metadata)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
      [
        ...[this.tenantId, room.agentId, room.id, room.name, room.source, room.type, room.worldId],
        ...[room.messageServerId, JSON.stringify(room.metadata)],
      ],
    );
    return (await this.find(room.agentId, room.id))!;
  }

  /**
   * The channels an agent takes part in, those where something happened last first.
   *
   * @param seenBy only those this entity takes part in too
   */
  async channels(agentId: Uuid, limit: number, seenBy?: Uuid): Promise<ChannelOfAgent[]> {
    return this.manager.query(
      `select ${CHANNEL} from ${CHANNELS}
         join channel_heads h on h.tenant_id = c.tenant_id and h.channel_id = c.id
        where p.tenant_id = $1 and p.entity_id = $2 ${seenBy === undefined ? '' : `and ${seenIn('$4')}`}
        order by h.last_at desc, c.id limit $3`,
      [this.tenantId, agentId, limit, ...(seenBy === undefined ? [] : [seenBy])],
    );
  }

  /**
   * The channel, if the agent takes part in it.
   *
   * @param seenBy only if this entity takes part in it too
   */
  async channel(agentId: Uuid, channelId: Uuid, seenBy?: Uuid): Promise<ChannelOfAgent | undefined> {
    const [channel] = await this.manager.query<ChannelOfAgent[]>(
      `select ${CHANNEL} from ${CHANNELS} where p.tenant_id = $1 and p.entity_id = $2 and p.channel_id = $3
          ${seenBy === undefined ? '' : `and ${seenIn('$4')}`}`,
      [this.tenantId, agentId, channelId, ...(seenBy === undefined ? [] : [seenBy])],
    );
    return channel;
  }

  /** Ids of the channels an agent takes part in behind `after`, ascending. */
  async channelIds(agentId: Uuid, after: Uuid, limit: number): Promise<Uuid[]> {
    const rows = await this.manager.query<{ id: Uuid }[]>(
      `select channel_id as id from channel_participants
        where tenant_id = $1 and entity_id = $2 and channel_id > $3 order by channel_id limit $4`,
      [this.tenantId, agentId, after, limit],
    );
    return rows.map((row) => row.id);
  }

  /** Deletes the rooms of these worlds, of every agent. */
  async deleteOfWorlds(worldIds: Uuid[]): Promise<void> {
    await this.manager.query('delete from rooms where tenant_id = $1 and world_id = any ($2)', [
      this.tenantId,
      worldIds,
    ]);
  }
}
