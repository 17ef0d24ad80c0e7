import type { JsonObject, Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';

/** A world as an agent knows it. */
export interface World {
  agentId: Uuid;
  id: Uuid;
  name: string;
  messageServerId: Uuid | null;
  metadata: JsonObject;
  createdAt: Date;
}

const COLUMNS = `w.agent_id as "agentId", w.id, w.name, w.message_server_id as "messageServerId", w.metadata,
  w.created_at as "createdAt"`;

/** The worlds of a tenant's agents. Those that stand for message servers are derived until somebody changes them. */
export class WorldsRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  /** Worlds that were made, of all agents, newest last. */
  async list(limit: number): Promise<World[]> {
    return this.manager.query(
      `select ${COLUMNS} from worlds w where w.tenant_id = $1 order by w.created_at, w.id limit $2`,
      [this.tenantId, limit],
    );
  }

  /** Which message servers each enabled agent takes part in. */
  async servers(limit: number): Promise<{ agentId: Uuid; serverId: Uuid; name: string; createdAt: Date }[]> {
    return this.manager.query(
      `select a.id as "agentId", s.id as "serverId", s.name, s.created_at as "createdAt"
         from agents a join message_servers s on s.tenant_id = a.tenant_id
        where a.tenant_id = $1 and a.enabled
          and exists (select from channel_participants p
                        join channels c on c.tenant_id = p.tenant_id and c.id = p.channel_id
                       where p.tenant_id = $1 and p.entity_id = a.id and c.message_server_id = s.id)
        order by s.created_at, a.id limit $2`,
      [this.tenantId, limit],
    );
  }

  async find(agentId: Uuid, id: Uuid): Promise<World | undefined> {
    const [world] = await this.manager.query<World[]>(
      `select ${COLUMNS} from worlds w where w.tenant_id = $1 and w.agent_id = $2 and w.id = $3`,
      [this.tenantId, agentId, id],
    );
    return world;
  }

  /** A world of that id as some agent knows it. */
  async findOfAny(id: Uuid): Promise<World | undefined> {
    const [world] = await this.manager.query<World[]>(
      `select ${COLUMNS} from worlds w where w.tenant_id = $1 and w.id = $2 order by w.created_at limit 1`,
      [this.tenantId, id],
    );
    return world;
  }

  /** Stores a world, or changes name and metadata of the one with its id. */
  async put(world: Omit<World, 'createdAt'>): Promise<World> {
    const [stored] = await this.manager.query<World[]>(
      `insert into worlds as w (tenant_id, agent_id, id, name, message_server_id, metadata)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (tenant_id, agent_id, id) do update set name = excluded.name, metadata = excluded.metadata
       returning ${COLUMNS}`,
      [this.tenantId, world.agentId, world.id, world.name, world.messageServerId, JSON.stringify(world.metadata)],
    );
    return stored!;
  }

  /** Deletes the worlds with these ids, and those of these message servers, of every agent. */
  async deleteAll(ids: Uuid[], messageServerIds: Uuid[]): Promise<void> {
    await this.manager.query(
      'delete from worlds where tenant_id = $1 and (id = any ($2) or message_server_id = any ($3))',
      [this.tenantId, ids, messageServerIds],
    );
  }
}
