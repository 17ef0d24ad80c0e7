import type { JsonObject, Uuid } from '@app/contracts';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { ChannelEntity } from '../entities/channel.entity.js';
import { appendEvent, type ChannelPlace } from './channel-events.js';
import { takesPart } from './takes-part.js';

/** What a new channel is made of. */
export type NewChannel = Pick<ChannelEntity, 'id' | 'messageServerId' | 'name' | 'type' | 'metadata'> &
  Partial<Pick<ChannelEntity, 'sourceType' | 'sourceId'>>;

/** A tenant's channels. */
export class ChannelsRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  /** @param seenBy only if this entity takes part in it */
  async find(id: Uuid, seenBy?: Uuid): Promise<ChannelEntity | undefined> {
    return (await this.seen(seenBy).andWhere('c.id = :id', { id }).getOne()) ?? undefined;
  }

  /**
   * The direct channel of that name on a message server.
   *
   * @param between only if the first of these takes part in it, and nobody else but the second
   */
  async findDirect(messageServerId: Uuid, name: string, between?: [Uuid, Uuid]): Promise<ChannelEntity | undefined> {
    const query = this.seen(between?.[0])
      .andWhere(`c.messageServerId = :messageServerId and c.name = :name and c.type = 'DM'`, { messageServerId, name })
      .orderBy('c.createdAt', 'ASC')
      .limit(1);
    if (between) {
      const others = `select from channel_participants o
        where o.tenant_id = c.tenantId and o.channel_id = c.id and o.entity_id <> all (:between)`;
      query.andWhere(`not exists (${others})`, { between });
    }
    return (await query.getOne()) ?? undefined;
  }

  /** The channel that another platform knows under its own id. */
  async findBySource(sourceType: string, sourceId: string): Promise<ChannelEntity | undefined> {
    const where = { tenantId: this.tenantId, sourceId, sourceType };
    const [first] = await this.manager.find(ChannelEntity, { where, order: { createdAt: 'ASC' }, take: 1 });
    return first;
  }

  /** @param seenBy only those this entity takes part in */
  async listOfServer(messageServerId: Uuid, seenBy?: Uuid): Promise<ChannelEntity[]> {
    return this.seen(seenBy)
      .andWhere('c.messageServerId = :messageServerId', { messageServerId })
      .orderBy({ 'c.createdAt': 'ASC', 'c.id': 'ASC' })
      .getMany();
  }

  /** Stores a channel and its counter. Does nothing when the id is taken; answers whether it was stored. */
  async insert(channel: NewChannel): Promise<boolean> {
    const row: object = { tenantId: this.tenantId, ...channel };
    const result = await this.manager
      .createQueryBuilder()
      .insert()
      .into(ChannelEntity)
      .values(row)
      .orIgnore()
      .returning('id')
      .execute();
    if ((result.raw as unknown[]).length === 0) return false;
    await this.manager.query('insert into channel_heads (tenant_id, channel_id) values ($1, $2)', [
      this.tenantId,
      channel.id,
    ]);
    return true;
  }

  /** Changes name or metadata, and writes it into the channel's events. */
  async update(
    id: Uuid,
    change: { name?: string; metadata?: JsonObject },
  ): Promise<{ channel: ChannelEntity; place: ChannelPlace } | undefined> {
    const place = await appendEvent(this.manager, this.tenantId, { channelId: id, kind: 'updated' });
    if (!place) return undefined;
    const changed: object = { ...change, updatedAt: () => 'clock_timestamp()' };
    await this.manager
      .createQueryBuilder()
      .update(ChannelEntity)
      .set(changed)
      .where({ tenantId: this.tenantId, id })
      .execute();
    const channel = await this.manager.findOneByOrFail(ChannelEntity, { tenantId: this.tenantId, id });
    return { channel, place };
  }

  /** Deletes a channel with all that is in it. Answers whether it was there. */
  async delete(id: Uuid): Promise<boolean> {
    // The head is locked first, as everywhere: a message on its way in holds it and then asks for the channel's row.
    await this.manager.query('select from channel_heads where tenant_id = $1 and channel_id = $2 for update', [
      this.tenantId,
      id,
    ]);
    const { affected } = await this.manager.delete(ChannelEntity, { tenantId: this.tenantId, id });
    return affected === 1;
  }

  /** The last place taken in a channel. */
  async lastSeq(id: Uuid): Promise<number | undefined> {
    const rows = await this.manager.query<{ last_seq: string }[]>(
      'select last_seq from channel_heads where tenant_id = $1 and channel_id = $2',
      [this.tenantId, id],
    );
    return rows[0] ? Number(rows[0].last_seq) : undefined;
  }

  private seen(seenBy: Uuid | undefined): SelectQueryBuilder<ChannelEntity> {
    const query = this.manager
      .createQueryBuilder(ChannelEntity, 'c')
      .where('c.tenantId = :tenantId', { tenantId: this.tenantId });
    if (seenBy === undefined) return query;
    return query.andWhere(takesPart({ tenant: 'c.tenantId', channel: 'c.id', entity: ':seenBy' }), { seenBy });
  }
}
