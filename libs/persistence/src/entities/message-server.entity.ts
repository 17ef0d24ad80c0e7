import type { JsonObject, Uuid } from '@app/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** ElizaOS's message server: a group of channels. */
@Entity('message_servers')
export class MessageServerEntity {
  @PrimaryColumn('uuid', { name: 'tenant_id' })
  tenantId: Uuid;

  @PrimaryColumn('uuid')
  id: Uuid;

  @Column('text')
  name: string;

  @Column('text', { name: 'source_type' })
  sourceType: string;

  @Column('text', { name: 'source_id', nullable: true })
  sourceId: string | null;

  @Column('jsonb', { nullable: true })
  metadata: JsonObject | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}
