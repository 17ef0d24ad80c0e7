import { FleetError, type Json, type JsonObject, type TenantSettings } from '@app/contracts';
import { demandTenantRights, type TenantContext } from '@app/identity';
import { Database } from '@app/persistence';
import { SecretBox, tenantSettingOwner, type Logger } from '@app/platform';
import { Inject, Injectable } from '@nestjs/common';
import { LOGGER } from '../tokens.js';

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,199}$/;
const MOST_SETTINGS = 200;
const LONGEST_VALUE = 10_000;

/**
 * The settings of a tenant as a whole, encrypted in Postgres. Who acts for the tenant reads and writes them; nothing of
 * them comes from or goes to the environment of a process.
 */
@Injectable()
export class SettingsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SecretBox) private readonly box: SecretBox,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws FleetError FORBIDDEN */
  async get(caller: TenantContext): Promise<TenantSettings> {
    demandTenantRights(caller);
    const { tenantId } = caller;
    const sealed = await this.database.inTenant(tenantId, (tenant) => tenant.settings.list());
    return Object.fromEntries(
      sealed.map((setting) => [setting.name, this.box.open(setting, tenantSettingOwner(tenantId, setting.name))]),
    );
  }

  /**
   * Puts these settings in place of all there were.
   *
   * @throws FleetError FORBIDDEN, VALIDATION_ERROR
   */
  async put(caller: TenantContext, content: JsonObject): Promise<void> {
    demandTenantRights(caller);
    const { tenantId } = caller;
    const sealed = settingsOf(content).map(([name, value]) => ({
      name,
      ...this.box.seal(value, tenantSettingOwner(tenantId, name)),
    }));
    await this.database.inTenant(tenantId, (tenant) => tenant.settings.replace(sealed));
    this.logger.info({ tenantId, names: sealed.map(({ name }) => name) }, 'The settings were changed');
  }
}

function settingsOf(content: JsonObject): [string, string][] {
  const entries = Object.entries(content);
  if (entries.length > MOST_SETTINGS) throw invalid(`There may be at most ${MOST_SETTINGS} settings`);
  return entries.map(([name, value]) => {
    if (!NAME.test(name)) throw invalid('A name is letters, digits and _ . - and begins with a letter or _');
    return [name, textOf(name, value)];
  });
}

function textOf(name: string, value: Json): string {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw invalid(`${name} must be a text, a number, true or false`);
  }
  const text = String(value);
  if (text.length > LONGEST_VALUE) throw invalid(`${name} is longer than ${LONGEST_VALUE} characters`);
  return text;
}

function invalid(message: string): FleetError {
  return new FleetError('VALIDATION_ERROR', message);
}
