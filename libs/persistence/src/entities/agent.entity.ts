import type { Character, Uuid } from '@app/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An agent: a character that answers while it is enabled. Its secrets are kept apart. */
@Entity('agents')
export class AgentEntity {
  @PrimaryColumn('uuid', { name: 'tenant_id' })
  tenantId: Uuid;

  @PrimaryColumn('uuid')
  id: Uuid;

  @Column('text')
  name: string;

  @Column('jsonb')
  character: Character;

  /** Rises with every change of the character. */
  @Column('int')
  version: number;

  @Column('text')
  engine: string;

  @Column('boolean')
  enabled: boolean;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}
