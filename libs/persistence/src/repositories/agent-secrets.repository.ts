import type { Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import { AgentSecretEntity } from '../entities/agent-secret.entity.js';

/** One secret, sealed. */
export interface SealedSecret {
  name: string;
  keyId: string;
  ciphertext: Buffer;
}

/** The secrets of a tenant's agents. They come in sealed and go out sealed. */
export class AgentSecretsRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  /** The names of an agent's secrets. */
  async names(agentId: Uuid): Promise<string[]> {
    const rows = await this.manager.find(AgentSecretEntity, {
      select: { name: true },
      where: { tenantId: this.tenantId, agentId },
      order: { name: 'ASC' },
    });
    return rows.map((row) => row.name);
  }

  /** An agent's secrets as they are kept. */
  async sealed(agentId: Uuid): Promise<SealedSecret[]> {
    const rows = await this.manager.findBy(AgentSecretEntity, { tenantId: this.tenantId, agentId });
    return rows.map(({ name, keyId, ciphertext }) => ({ name, keyId, ciphertext }));
  }

  /** Stores secrets, each in place of one of the same name. */
  async put(agentId: Uuid, secrets: SealedSecret[]): Promise<void> {
    if (secrets.length === 0) return;
    await this.manager.upsert(
      AgentSecretEntity,
      secrets.map((secret) => ({ tenantId: this.tenantId, agentId, ...secret })),
      ['tenantId', 'agentId', 'name'],
    );
  }

  async remove(agentId: Uuid, names: string[]): Promise<void> {
    for (const name of names) await this.manager.delete(AgentSecretEntity, { tenantId: this.tenantId, agentId, name });
  }
}
