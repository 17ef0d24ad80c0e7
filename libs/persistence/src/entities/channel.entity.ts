import type { JsonObject, Uuid } from '@app/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A conversation. */
@Entity('channels')
export class ChannelEntity {
  @PrimaryColumn('uuid', { name: 'tenant_id' })
  tenantId: Uuid;

  @PrimaryColumn('uuid')
  id: Uuid;

  @Column('uuid', { name: 'message_server_id' })
  messageServerId: Uuid;

  @Column('text')
  name: string;

  /** DM, GROUP, … as ElizaOS names them. */
  @Column('text')
  type: string;

  @Column('text', { name: 'source_type', nullable: true })
  sourceType: string | null;

  @Column('text', { name: 'source_id', nullable: true })
  sourceId: string | null;

  @Column('text', { nullable: true })
  topic: string | null;

  @Column('jsonb')
  metadata: JsonObject;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}
