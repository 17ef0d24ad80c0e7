import { DEFAULT_MESSAGE_SERVER_ID, type Uuid } from '@app/contracts';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { MessageServerEntity } from '../entities/message-server.entity.js';

/** A tenant's message servers. */
export class MessageServersRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  /** @param seenBy only those with a channel this entity takes part in, and the default server */
  async list(seenBy?: Uuid): Promise<MessageServerEntity[]> {
    return this.seen(seenBy).orderBy({ 's.createdAt': 'ASC', 's.id': 'ASC' }).getMany();
  }

  /** @param seenBy only if it has a channel this entity takes part in, or is the default server */
  async find(id: Uuid, seenBy?: Uuid): Promise<MessageServerEntity | undefined> {
    return (await this.seen(seenBy).andWhere('s.id = :id', { id }).getOne()) ?? undefined;
  }

  async insert(
    server: Pick<MessageServerEntity, 'id' | 'name' | 'sourceType' | 'sourceId' | 'metadata'>,
  ): Promise<MessageServerEntity> {
    const row: object = { tenantId: this.tenantId, ...server };
    await this.manager.insert(MessageServerEntity, row);
    return this.manager.findOneByOrFail(MessageServerEntity, { tenantId: this.tenantId, id: server.id });
  }

  /** Deletes a server with all that is left in it. Answers whether it was there. */
  async delete(id: Uuid): Promise<boolean> {
    const { affected } = await this.manager.delete(MessageServerEntity, { tenantId: this.tenantId, id });
    return affected === 1;
  }

  /** The agents of a server in the order they were added. */
  async agentsOf(id: Uuid): Promise<Uuid[]> {
    const rows = await this.manager.query<{ agent_id: Uuid }[]>(
      `select agent_id from message_server_agents where tenant_id = $1 and message_server_id = $2
        order by added_at, agent_id`,
      [this.tenantId, id],
    );
    return rows.map((row) => row.agent_id);
  }

  /** The servers an agent was added to, the first one first. */
  async ofAgent(agentId: Uuid): Promise<Uuid[]> {
    const rows = await this.manager.query<{ message_server_id: Uuid }[]>(
      `select message_server_id from message_server_agents where tenant_id = $1 and agent_id = $2
        order by added_at, message_server_id`,
      [this.tenantId, agentId],
    );
    return rows.map((row) => row.message_server_id);
  }

  /** Adds an agent to a server; one that is there already is left alone. Does nothing when either does not exist. */
  async addAgent(id: Uuid, agentId: Uuid): Promise<void> {
    await this.manager.query(
      `insert into message_server_agents (tenant_id, message_server_id, agent_id)
       select s.tenant_id, s.id, a.id from message_servers s join agents a on a.tenant_id = s.tenant_id
        where s.tenant_id = $1 and s.id = $2 and a.id = $3
       on conflict do nothing`,
      [this.tenantId, id, agentId],
    );
  }

  /** Takes an agent off a server. Answers whether it was there. */
  async removeAgent(id: Uuid, agentId: Uuid): Promise<boolean> {
    const removed = await this.manager.query<unknown[]>(
      `with gone as (delete from message_server_agents
         where tenant_id = $1 and message_server_id = $2 and agent_id = $3 returning agent_id)
       select agent_id from gone`,
      [this.tenantId, id, agentId],
    );
    return removed.length > 0;
  }

  private seen(seenBy: Uuid | undefined): SelectQueryBuilder<MessageServerEntity> {
    const query = this.manager
      .createQueryBuilder(MessageServerEntity, 's')
      .where('s.tenantId = :tenantId', { tenantId: this.tenantId });
    if (seenBy === undefined) return query;
    const channels = `select from channel_participants p
      join channels c on c.tenant_id = p.tenant_id and c.id = p.channel_id
      where p.tenant_id = s.tenantId and p.entity_id = :seenBy and c.message_server_id = s.id`;
    return query.andWhere(`(s.id = :standard or exists (${channels}))`, {
      seenBy,
      standard: DEFAULT_MESSAGE_SERVER_ID,
    });
  }
}
