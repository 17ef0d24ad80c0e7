import { FleetError, MASKED_SECRET, type Json, type JsonObject, type TenantSettings } from '@app/contracts';
import { demandTenantRights, type TenantContext } from '@app/identity';
import { Database } from '@app/persistence';
import { SecretBox, tenantSettingOwner, type Logger } from '@app/platform';
import { Inject, Injectable } from '@nestjs/common';
import { LOGGER } from '../tokens.js';

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,199}$/;
const MOST_SETTINGS = 200;
const LONGEST_VALUE = 10_000;

/**
 * The settings of a tenant as a whole, encrypted in Postgres. Who acts for the tenant writes them and reads their names;
 * values are for workers alone. Nothing of them comes from or goes to the environment of a process.
 */
@Injectable()
export class SettingsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SecretBox) private readonly box: SecretBox,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * The names of the settings, each with a mask in the place of its value.
   *
   * @throws FleetError FORBIDDEN
   */
  async get(caller: TenantContext): Promise<TenantSettings> {
    demandTenantRights(caller);
    const sealed = await this.database.inTenant(caller.tenantId, (tenant) => tenant.settings.list());
    return Object.fromEntries(sealed.map(({ name }) => [name, MASKED_SECRET]));
  }

  /**
   * Puts these settings in place of all there were. A mask leaves a value as it is.
   *
   * @throws FleetError FORBIDDEN, VALIDATION_ERROR
   */
  async put(caller: TenantContext, content: JsonObject): Promise<void> {
    demandTenantRights(caller);
    const { tenantId } = caller;
    const settings = settingsOf(content);
    const masked = new Set(settings.flatMap(([name, value]) => (value === MASKED_SECRET ? [name] : [])));
    const sealed = settings
      .filter(([name]) => !masked.has(name))
      .map(([name, value]) => ({ name, ...this.box.seal(value, tenantSettingOwner(tenantId, name)) }));
    await this.database.inTenant(tenantId, async (tenant) => {
      const kept = (await tenant.settings.list()).filter(({ name }) => masked.has(name));
      await tenant.settings.replace([...kept, ...sealed]);
    });
    this.logger.info({ tenantId, names: settings.map(([name]) => name) }, 'The settings were changed');
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
