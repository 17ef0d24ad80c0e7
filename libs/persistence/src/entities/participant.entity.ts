import type { Uuid } from '@app/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Somebody who takes part in a channel: a person or an agent. */
@Entity('channel_participants')
export class ParticipantEntity {
  @PrimaryColumn('uuid', { name: 'tenant_id' })
  tenantId: Uuid;

  @PrimaryColumn('uuid', { name: 'channel_id' })
  channelId: Uuid;

  @PrimaryColumn('uuid', { name: 'entity_id' })
  entityId: Uuid;

  /** Rises in the order of joining. */
  @Column({ type: 'bigint', insert: false, update: false })
  position: string;
}
