import path from 'node:path';
import { parseEnv, SecretBox } from '@app/platform';
import { exportTenant } from '../archive/exporting.js';
import { PASSPHRASE_OPTION, passphraseIn } from '../archive/passphrase.js';
import { AdminEnv } from '../env.js';
import { operatorCommand, TENANT } from '../operating/operator-command.js';
import { table } from '../operating/table.js';

/** A tenant as an archive. */
export const tenantsExportCommand = operatorCommand({
  name: 'tenants export',
  summary: 'Writes a suspended tenant into an archive; without its keys, its files and what it used',
  parameters: [TENANT, { name: 'file', what: 'Where the archive goes; it is readable by you alone' }],
  options: PASSPHRASE_OPTION,
  async work(given, desk, context) {
    const passphrase = passphraseIn(given, context);
    const box = new SecretBox(parseEnv(AdminEnv, context.env).ENCRYPTION_KEY);
    const tenant = await desk.tenant(given.parameters['tenant']);
    const file = path.resolve(context.env['INIT_CWD'] ?? '.', given.parameters['file']!);
    const wanted = { database: desk.database, tenant, file, box, passphrase, signal: context.signal };
    const exported = await desk.act({ action: 'tenant.export', tenantId: tenant.id }, () => exportTenant(wanted));
    const rows = Object.entries(exported.counts);
    const lines = table(
      [
        ['TABLE', ([name]) => name],
        ['ROWS', ([, count]) => count],
      ],
      rows,
    );
    const { secretsLeft } = exported;
    if (secretsLeft > 0) lines.push(`${secretsLeft} secrets stay behind: --passphrase-file takes them along.`);
    return { data: { file, ...exported }, lines };
  },
});
