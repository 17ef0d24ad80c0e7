import type { JsonObject, Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import { ChannelEntity } from '../entities/channel.entity.js';
import { appendEvent, type ChannelPlace } from './channel-events.js';

/** What a new channel is made of. */
export type NewChannel = Pick<ChannelEntity, 'id' | 'messageServerId' | 'name' | 'type' | 'metadata'> &
  Partial<Pick<ChannelEntity, 'sourceType' | 'sourceId'>>;

/** A tenant's channels. */
export class ChannelsRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  async find(id: Uuid): Promise<ChannelEntity | undefined> {
    return (await this.manager.findOneBy(ChannelEntity, { tenantId: this.tenantId, id })) ?? undefined;
  }

  /** The direct channel of that name on a message server. */
  async findDirect(messageServerId: Uuid, name: string): Promise<ChannelEntity | undefined> {
    const where = { tenantId: this.tenantId, messageServerId, name, type: 'DM' };
    const [first] = await this.manager.find(ChannelEntity, { where, order: { createdAt: 'ASC' }, take: 1 });
    return first;
  }

  /** The channel that another platform knows under its own id. */
  async findBySource(sourceType: string, sourceId: string): Promise<ChannelEntity | undefined> {
    const where = { tenantId: this.tenantId, sourceId, sourceType };
    const [first] = await this.manager.find(ChannelEntity, { where, order: { createdAt: 'ASC' }, take: 1 });
    return first;
  }

  async listOfServer(messageServerId: Uuid): Promise<ChannelEntity[]> {
    return this.manager.find(ChannelEntity, {
      where: { tenantId: this.tenantId, messageServerId },
      order: { createdAt: 'ASC', id: 'ASC' },
    });
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
}
