import { DEFAULT_UPLOAD_TYPES, FleetError, UPLOAD_TYPES_SETTING, uploadTypesNamed, type Uuid } from '@app/contracts';
import { Database } from '@app/persistence';
import { SecretBox, tenantSettingOwner } from '@app/platform';
import { Inject, Injectable } from '@nestjs/common';

/** A setting is looked up again after so long, in milliseconds: a change takes effect within it. */
const KEPT_MS = 5_000;

/** So many tenants are remembered at one time. */
const MOST_KEPT = 10_000;

/** Which types of files a tenant takes. */
@Injectable()
export class UploadTypes {
  private readonly kept = new Map<Uuid, { types: readonly string[]; until: number }>();

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SecretBox) private readonly box: SecretBox,
  ) {}

  /**
   * The types that a tenant takes: those of its setting `UPLOAD_TYPES`, or the default.
   *
   * @throws FleetError CONFLICT when the setting cannot be opened
   */
  async of(tenantId: Uuid): Promise<readonly string[]> {
    const now = performance.now();
    const known = this.kept.get(tenantId);
    if (known && known.until > now) return known.types;
    const types = await this.read(tenantId);
    if (this.kept.size >= MOST_KEPT) this.kept.clear();
    this.kept.set(tenantId, { types, until: now + KEPT_MS });
    return types;
  }

  private async read(tenantId: Uuid): Promise<readonly string[]> {
    const settings = await this.database.inTenant(tenantId, (tenant) => tenant.settings.list());
    const setting = settings.find(({ name }) => name === UPLOAD_TYPES_SETTING);
    if (!setting) return DEFAULT_UPLOAD_TYPES;
    try {
      return uploadTypesNamed(this.box.open(setting, tenantSettingOwner(tenantId, setting.name)));
    } catch {
      throw new FleetError(
        'CONFLICT',
        `${UPLOAD_TYPES_SETTING} was sealed with another encryption key; store it again`,
      );
    }
  }
}
