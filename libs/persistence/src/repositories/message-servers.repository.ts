import type { Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import { MessageServerEntity } from '../entities/message-server.entity.js';

/** A tenant's message servers. */
export class MessageServersRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  async list(): Promise<MessageServerEntity[]> {
    return this.manager.find(MessageServerEntity, {
      where: { tenantId: this.tenantId },
      order: { createdAt: 'ASC', id: 'ASC' },
    });
  }

  async find(id: Uuid): Promise<MessageServerEntity | undefined> {
    return (await this.manager.findOneBy(MessageServerEntity, { tenantId: this.tenantId, id })) ?? undefined;
  }

  async insert(
    server: Pick<MessageServerEntity, 'id' | 'name' | 'sourceType' | 'sourceId' | 'metadata'>,
  ): Promise<MessageServerEntity> {
    const row: object = { tenantId: this.tenantId, ...server };
    await this.manager.insert(MessageServerEntity, row);
    return this.manager.findOneByOrFail(MessageServerEntity, { tenantId: this.tenantId, id: server.id });
  }
}
