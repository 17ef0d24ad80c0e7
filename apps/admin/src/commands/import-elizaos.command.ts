import { ElizaosSource, type Database } from '@app/persistence';
import { parseEnv, SecretBox } from '@app/platform';
import { openStorage, StorageEnv } from '@app/storage';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { CommandError } from '../command-error.js';
import { EXIT, type Command, type CommandContext, type Given } from '../command.js';
import { AdminEnv } from '../env.js';
import { ElizaosFiles } from '../moving-in/elizaos-files.js';
import { move } from '../moving-in/move.js';
import { report } from '../moving-in/report.js';
import { openDatabase, opened } from '../stores.js';
import { namedTenant } from '../tenants.js';

/** Moves an ElizaOS installation in. Can be run again: it does what is left to do. */
export const importElizaosCommand: Command = {
  name: 'import-elizaos',
  summary: 'Brings what an ElizaOS 1.7.2 installation has into a tenant; may be run again',
  parameters: [{ name: 'source', what: 'Its database: a postgres:// address, or the PGlite folder (.eliza/.elizadb)' }],
  options: {
    tenant: { type: 'string', value: 'TENANT', what: 'Id or slug of the tenant, or "default"', required: true },
    'dry-run': { type: 'boolean', what: 'Say what would be brought over, and write nothing' },
    stopped: { type: 'boolean', what: 'Let no agent answer before somebody starts it' },
    uploads: {
      type: 'string',
      value: 'FOLDER',
      what: 'Bring files too: from its data folder (.eliza/data), or the uploads in it',
      store: 's3',
    },
    'without-secrets': { type: 'boolean', what: "Leave the agents' secrets behind" },
  },
  stores: ['postgres'],
  async run(given, context) {
    const env = parseEnv(AdminEnv, context.env);
    const database = await openDatabase(env);
    try {
      return await moveIn(given, context, { env, database });
    } finally {
      await database.close();
    }
  },
};

async function moveIn(
  { parameters, options }: Given,
  { env: variables, terminal, signal }: CommandContext,
  { env, database }: { env: AdminEnv; database: Database },
): Promise<number> {
  const here = variables['INIT_CWD'];
  const box = new SecretBox(env.ENCRYPTION_KEY);
  const tenant = await namedTenant(database, String(options['tenant']));
  const address = sourceAddress(parameters['source']!, here);
  const files = filesIn(options['uploads'] as string | undefined, here);
  const from = await opened(shown(address), () => ElizaosSource.open(address));
  const storage = files && (await opened('The object store', () => openStorage(parseEnv(StorageEnv, variables))));
  try {
    terminal.line(`From ${shown(address)} into the tenant ${tenant.name} (${tenant.id})`);
    const dryRun = options['dry-run'] === true;
    const salt = options['without-secrets'] ? undefined : env.SECRET_SALT;
    const context = { database, tenantId: tenant.id, dryRun, terminal, signal };
    const bringing = { files, writers: storage?.writers };
    const moved = await move(from, context, { box, salt, stopped: options['stopped'] === true, ...bringing });
    return report(moved, terminal) ? EXIT.done : EXIT.failed;
  } finally {
    await storage?.close();
    await from.close();
  }
}

/** @throws CommandError for a folder that has no files of ElizaOS */
function filesIn(given: string | undefined, here = '.'): ElizaosFiles | undefined {
  if (given === undefined) return undefined;
  const folder = path.resolve(here, given);
  const files = ElizaosFiles.in(folder);
  if (files) return files;
  throw new CommandError(
    `${folder} has no files of ElizaOS: name the data folder that has "uploads" in it, such as .eliza/data.`,
  );
}

/**
 * @param here where npm was called, which runs its scripts elsewhere
 * @throws CommandError for a path that leads to no PGlite folder
 */
function sourceAddress(given: string, here = '.'): string {
  if (/^postgres(ql)?:\/\//.test(given)) return given;
  const folder = path.resolve(here, given);
  if (existsSync(path.join(folder, 'PG_VERSION'))) return folder;
  throw new CommandError(
    `${folder} is no PGlite folder: name the one that has a file PG_VERSION, such as .eliza/.elizadb, ` +
      'or the address of a Postgres database.',
  );
}

/** The address without its password. */
function shown(address: string): string {
  return address.replace(/^(postgres(?:ql)?:\/\/[^:@/]*):[^@/]*@/, '$1@');
}
