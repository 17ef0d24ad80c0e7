import { DEFAULT_MESSAGE_SERVER_ID, type Character, type Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import { AgentEntity } from '../entities/agent.entity.js';
import { MessageServersRepository } from './message-servers.repository.js';

/** A tenant's agents. */
export class AgentsRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  /** All agents, enabled ones first, then by name. */
  async list(): Promise<AgentEntity[]> {
    return this.manager.find(AgentEntity, {
      where: { tenantId: this.tenantId },
      order: { enabled: 'DESC', name: 'ASC', id: 'ASC' },
    });
  }

  /** The enabled agents that were added to a message server or take part in a channel of it. */
  async enabledOn(messageServerId: Uuid): Promise<Uuid[]> {
    const rows = await this.manager.query<{ id: Uuid }[]>(
      `select a.id from agents a
        where a.tenant_id = $1 and a.enabled
          and (exists (select from message_server_agents m
                        where m.tenant_id = $1 and m.message_server_id = $2 and m.agent_id = a.id)
            or exists (select from channel_participants p
                         join channels c on c.tenant_id = p.tenant_id and c.id = p.channel_id
                        where p.tenant_id = $1 and p.entity_id = a.id and c.message_server_id = $2))
        order by a.name, a.id`,
      [this.tenantId, messageServerId],
    );
    return rows.map(({ id }) => id);
  }

  async find(id: Uuid): Promise<AgentEntity | undefined> {
    const found = await this.manager.findOneBy(AgentEntity, { tenantId: this.tenantId, id });
    return found ?? undefined;
  }

  /** The agent, locked until the transaction ends: of two changes of it the second sees the first. */
  async findForUpdate(id: Uuid): Promise<AgentEntity | undefined> {
    // By hand: TypeORM locks only within transactions it has begun itself.
    await this.manager.query('select from agents where tenant_id = $1 and id = $2 for no key update', [
      this.tenantId,
      id,
    ]);
    return this.find(id);
  }

  /** Stores a new agent, not enabled. Does nothing when its id is taken; answers whether it was stored. */
  async insert(agent: Pick<AgentEntity, 'id' | 'name' | 'character' | 'engine'>): Promise<boolean> {
    const result = await this.manager
      .createQueryBuilder()
      .insert()
      .into(AgentEntity)
      .values({ tenantId: this.tenantId, ...agent } as never)
      .orIgnore()
      .returning('id')
      .execute();
    return (result.raw as unknown[]).length > 0;
  }

  /** Replaces the character and raises its version. */
  async updateCharacter(id: Uuid, character: Character): Promise<AgentEntity | undefined> {
    await this.manager
      .createQueryBuilder()
      .update(AgentEntity)
      .set({
        name: character.name,
        character: character as never,
        version: () => 'version + 1',
        updatedAt: () => 'clock_timestamp()',
      })
      .where({ tenantId: this.tenantId, id })
      .execute();
    return this.find(id);
  }

  /**
   * Starts or stops an agent. Starting makes it at home on the default message server, as in ElizaOS; stopping cancels
   * its unfinished turns. Answers whether it changed.
   */
  async setEnabled(id: Uuid, enabled: boolean): Promise<boolean> {
    // First, because it locks the agent's channels: a message on its way in cannot slip past.
    if (!enabled) await this.cancelTurns(id, 'The agent was stopped');
    const { affected } = await this.manager
      .createQueryBuilder()
      .update(AgentEntity)
      .set({ enabled, updatedAt: () => 'clock_timestamp()' })
      .where({ tenantId: this.tenantId, id, enabled: !enabled })
      .execute();
    if (enabled)
      await new MessageServersRepository(this.tenantId, this.manager).addAgent(DEFAULT_MESSAGE_SERVER_ID, id);
    return affected === 1;
  }

  /** Deletes an agent with its secrets and turns; what it said stays. Answers whether it was there. */
  async delete(id: Uuid): Promise<boolean> {
    await this.cancelTurns(id, 'The agent was deleted');
    await this.manager.query('delete from channel_participants where tenant_id = $1 and entity_id = $2', [
      this.tenantId,
      id,
    ]);
    const { affected } = await this.manager.delete(AgentEntity, { tenantId: this.tenantId, id });
    return affected === 1;
  }

  /** How many agents are enabled. */
  async countEnabled(): Promise<number> {
    return this.manager.countBy(AgentEntity, { tenantId: this.tenantId, enabled: true });
  }

  private async cancelTurns(id: Uuid, reason: string): Promise<void> {
    await this.manager.query('select cancel_agent_turns($1, $2, $3)', [this.tenantId, id, reason]);
  }
}
