import type { JsonObject, Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';

/** A memory of its own: a fact, a document, … */
export interface Memory {
  id: Uuid;
  type: string;
  content: JsonObject;
  metadata: JsonObject;
  isUnique: boolean;
  roomId: Uuid | null;
  worldId: Uuid | null;
  entityId: Uuid | null;
  createdAt: Date;
}

/** Which memories are asked for, newest first. */
export interface MemoryPage {
  type: string;
  limit: number;
  roomId?: Uuid;
  entityId?: Uuid;
  before?: Date;
}

/** What can be changed about a memory. */
export type MemoryChange = Partial<Pick<Memory, 'content' | 'metadata' | 'roomId' | 'worldId' | 'entityId'>>;

const COLUMNS = `id, type, content, metadata, is_unique as "isUnique", room_id as "roomId", world_id as "worldId",
  entity_id as "entityId", created_at as "createdAt"`;

/** What agents remember beside the messages of their channels. */
export class MemoriesRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  /** A page of an agent's memories of one type, newest first. */
  async page(agentId: Uuid, { type, limit, roomId, entityId, before }: MemoryPage): Promise<Memory[]> {
    const values: unknown[] = [this.tenantId, agentId, type, limit];
    const narrowed = [
      ...(roomId ? [`and room_id = $${values.push(roomId)}`] : []),
      ...(entityId ? [`and entity_id = $${values.push(entityId)}`] : []),
      ...(before ? [`and created_at < $${values.push(before)}`] : []),
    ].join(' ');
    return this.manager.query(
      `select ${COLUMNS} from memories where tenant_id = $1 and agent_id = $2 and type = $3 ${narrowed}
        order by created_at desc, id limit $4`,
      values,
    );
  }

  /** Stores a memory; `messageId` is the message it goes with. Answers whether its id was free. */
  async insert(agentId: Uuid, memory: Memory, messageId?: Uuid): Promise<boolean> {
    const rows = await this.manager.query<unknown[]>(
      `insert into memories (tenant_id, agent_id, id, type, content, metadata, is_unique, room_id, world_id, entity_id,
         created_at, message_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
       on conflict do nothing returning id`,
      [
        ...[this.tenantId, agentId, memory.id, memory.type, JSON.stringify(memory.content)],
        ...[JSON.stringify(memory.metadata), memory.isUnique, memory.roomId, memory.worldId, memory.entityId],
        ...[memory.createdAt, messageId ?? null],
      ],
    );
    return rows.length > 0;
  }

  /** Changes a memory. Answers whether there is one. */
  async update(agentId: Uuid, id: Uuid, change: MemoryChange): Promise<boolean> {
    const json = (value: JsonObject | undefined): string | null => (value ? JSON.stringify(value) : null);
    const rows = await this.manager.query<[unknown[], number]>(
      `update memories set content = coalesce($4, content), metadata = coalesce($5, metadata),
              room_id = coalesce($6, room_id), world_id = coalesce($7, world_id), entity_id = coalesce($8, entity_id)
        where tenant_id = $1 and agent_id = $2 and id = $3`,
      [
        ...[this.tenantId, agentId, id, json(change.content), json(change.metadata)],
        ...[change.roomId ?? null, change.worldId ?? null, change.entityId ?? null],
      ],
    );
    return rows[1] > 0;
  }

  /** Deletes a memory. Answers whether there was one. */
  async delete(agentId: Uuid, id: Uuid): Promise<boolean> {
    return (await this.remove('agent_id = $2 and id = $3', [agentId, id])) > 0;
  }

  /** Deletes an agent's memories of one room, or all. Answers how many. */
  async deleteAll(agentId: Uuid, roomId?: Uuid): Promise<number> {
    if (roomId === undefined) return this.remove('agent_id = $2', [agentId]);
    return this.remove('agent_id = $2 and room_id = $3', [agentId, roomId]);
  }

  /** Deletes the memories of these worlds and their rooms, of every agent. */
  async deleteOfWorlds(worldIds: Uuid[]): Promise<number> {
    return this.remove(
      `(world_id = any ($2) or exists (select from rooms r where r.tenant_id = $1 and r.world_id = any ($2)
          and r.agent_id = memories.agent_id and r.id = memories.room_id))`,
      [worldIds],
    );
  }

  private async remove(which: string, values: unknown[]): Promise<number> {
    const [, count] = await this.manager.query<[unknown[], number]>(
      `delete from memories where tenant_id = $1 and ${which}`,
      [this.tenantId, ...values],
    );
    return count;
  }
}
