import path from 'node:path';
import { CreateTenantDto } from '@app/contracts';
import { parseEnv, SecretBox } from '@app/platform';
import { importTenant } from '../archive/importing.js';
import { PASSPHRASE_OPTION, passphraseIn } from '../archive/passphrase.js';
import { CommandError } from '../command-error.js';
import { AdminEnv } from '../env.js';
import { checked } from '../operating/checked.js';
import { operatorCommand } from '../operating/operator-command.js';
import { table } from '../operating/table.js';

/** A tenant out of an archive. */
export const tenantsImportCommand = operatorCommand({
  name: 'tenants import',
  summary: 'Makes a suspended tenant of an archive; may be run again. Then give it keys, and resume it',
  parameters: [{ name: 'file', what: 'An archive that "tenants export" wrote, of this or another installation' }],
  options: {
    as: { type: 'string', value: 'SLUG', what: 'Another slug than it had: also where the first one still is' },
    ...PASSPHRASE_OPTION,
  },
  async work(given, desk, context) {
    const passphrase = passphraseIn(given, context);
    const box = new SecretBox(parseEnv(AdminEnv, context.env).ENCRYPTION_KEY);
    const { slug: as } = checked(CreateTenantDto, { name: 'Imported', slug: given.options['as'] });
    const file = path.resolve(context.env['INIT_CWD'] ?? '.', given.parameters['file']!);
    const wanted = { database: desk.database, file, as, box, passphrase, signal: context.signal };
    const imported = await desk.act(
      { action: 'tenant.import' },
      () => importTenant(wanted),
      ({ tenantId }) => ({ tenantId }),
    );
    const { tenantId, tables } = imported;
    const missing = tables.filter(({ there, here }) => here < there).map(({ name }) => name);
    if (missing.length > 0) throw new CommandError(`Not all is here of: ${missing.join(', ')}. Run it again.`);
    const lines = table(
      [
        ['TABLE', ({ name }) => name],
        ['THERE', ({ there }) => there],
        ['HERE', ({ here }) => here],
      ],
      tables.filter(({ there, here }) => there + here > 0),
    );
    return { data: imported, lines: [...lines, '', `All counts agree. Suspended: ${tenantId}`] };
  },
});
