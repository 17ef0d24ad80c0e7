import type { Uuid } from '@app/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One secret of an agent, encrypted. */
@Entity('agent_secrets')
export class AgentSecretEntity {
  @PrimaryColumn('uuid', { name: 'tenant_id' })
  tenantId: Uuid;

  @PrimaryColumn('uuid', { name: 'agent_id' })
  agentId: Uuid;

  @PrimaryColumn('text')
  name: string;

  /** Which encryption key sealed it. */
  @Column('text', { name: 'key_id' })
  keyId: string;

  @Column('bytea')
  ciphertext: Buffer;
}
