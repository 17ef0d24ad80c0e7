import type { Uuid } from '@app/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One setting of a tenant, encrypted. */
@Entity('tenant_settings')
export class TenantSettingEntity {
  @PrimaryColumn('uuid', { name: 'tenant_id' })
  tenantId: Uuid;

  @PrimaryColumn('text')
  name: string;

  /** Which encryption key sealed it. */
  @Column('text', { name: 'key_id' })
  keyId: string;

  @Column('bytea')
  ciphertext: Buffer;
}
