import type { JsonObject, Uuid } from '@app/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A message of a person or an agent. */
@Entity('messages')
export class MessageEntity {
  @PrimaryColumn('uuid', { name: 'tenant_id' })
  tenantId: Uuid;

  @PrimaryColumn('uuid')
  id: Uuid;

  @Column('uuid', { name: 'channel_id' })
  channelId: Uuid;

  /** Its place in the channel; gap-free together with the channel's other events. */
  @Column('bigint', { transformer: { from: Number, to: (value: number) => value } })
  seq: number;

  @Column('uuid', { name: 'author_id' })
  authorId: Uuid;

  @Column('text', { name: 'author_name', nullable: true })
  authorName: string | null;

  @Column('text')
  content: string;

  @Column('text', { name: 'source_type', nullable: true })
  sourceType: string | null;

  @Column('text', { name: 'source_id', nullable: true })
  sourceId: string | null;

  @Column('uuid', { name: 'in_reply_to', nullable: true })
  inReplyTo: Uuid | null;

  @Column('jsonb')
  metadata: JsonObject;

  @Column('jsonb', { name: 'raw_message', nullable: true })
  rawMessage: JsonObject | null;

  /** The id its sender gave it; unique for an author in a channel. */
  @Column('text', { name: 'client_message_id', nullable: true })
  clientMessageId: string | null;

  @Column('text', { name: 'content_hash', nullable: true })
  contentHash: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}
