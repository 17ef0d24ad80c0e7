import type { Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import { ParticipantEntity } from '../entities/participant.entity.js';

/** Who takes part in a tenant's channels. */
export class ParticipantsRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  /**
   * The participants of a channel in the order they joined.
   *
   * @param seenBy only if this entity is one of them
   */
  async list(channelId: Uuid, seenBy?: Uuid): Promise<Uuid[]> {
    const rows = await this.manager.find(ParticipantEntity, {
      where: { tenantId: this.tenantId, channelId },
      order: { position: 'ASC' },
    });
    const ids = rows.map((row) => row.entityId);
    return seenBy === undefined || ids.includes(seenBy) ? ids : [];
  }

  /** Whether an entity takes part in a channel. */
  async has(channelId: Uuid, entityId: Uuid): Promise<boolean> {
    return this.manager.existsBy(ParticipantEntity, { tenantId: this.tenantId, channelId, entityId });
  }

  /** Those of a channel's participants that are no agents. */
  async people(channelId: Uuid): Promise<Uuid[]> {
    const rows = await this.manager.query<{ id: Uuid }[]>(
      `select p.entity_id as id from channel_participants p where p.tenant_id = $1 and p.channel_id = $2
          and not exists (select from agents a where a.tenant_id = $1 and a.id = p.entity_id) order by p.position`,
      [this.tenantId, channelId],
    );
    return rows.map((row) => row.id);
  }

  /** Adds participants; who takes part already is left alone. */
  async add(channelId: Uuid, entityIds: Uuid[]): Promise<void> {
    if (entityIds.length === 0) return;
    await this.manager
      .createQueryBuilder()
      .insert()
      .into(ParticipantEntity)
      .values(entityIds.map((entityId) => ({ tenantId: this.tenantId, channelId, entityId })))
      .orIgnore()
      .execute();
  }

  /** Removes a participant, and cancels what it still owed there as an agent. Answers whether it took part. */
  async remove(channelId: Uuid, entityId: Uuid): Promise<boolean> {
    await this.cancelTurns(channelId, entityId);
    const { affected } = await this.manager.delete(ParticipantEntity, { tenantId: this.tenantId, channelId, entityId });
    return affected === 1;
  }

  /** Makes exactly these the participants of a channel. */
  async replace(channelId: Uuid, entityIds: Uuid[]): Promise<void> {
    const kept = new Set(entityIds);
    const present = await this.list(channelId);
    for (const entityId of present) if (!kept.has(entityId)) await this.remove(channelId, entityId);
    await this.add(channelId, entityIds);
  }

  private async cancelTurns(channelId: Uuid, entityId: Uuid): Promise<void> {
    await this.manager.query('select cancel_turns($1, $2, null, $3, $4)', [
      this.tenantId,
      channelId,
      entityId,
      'The agent left the channel',
    ]);
  }
}
