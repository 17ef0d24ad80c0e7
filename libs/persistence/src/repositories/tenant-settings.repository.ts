import type { Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import { TenantSettingEntity } from '../entities/tenant-setting.entity.js';
import type { SealedSecret } from './agent-secrets.repository.js';

/** The settings of a tenant as a whole. They come in sealed and go out sealed. */
export class TenantSettingsRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  /** All settings, by name. */
  async list(): Promise<SealedSecret[]> {
    const rows = await this.manager.find(TenantSettingEntity, {
      where: { tenantId: this.tenantId },
      order: { name: 'ASC' },
    });
    return rows.map(({ name, keyId, ciphertext }) => ({ name, keyId, ciphertext }));
  }

  /** Puts these settings in place of all there were. */
  async replace(settings: SealedSecret[]): Promise<void> {
    await this.manager.delete(TenantSettingEntity, { tenantId: this.tenantId });
    if (settings.length === 0) return;
    await this.manager.insert(
      TenantSettingEntity,
      settings.map((setting) => ({ tenantId: this.tenantId, ...setting })),
    );
  }
}
