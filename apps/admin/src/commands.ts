import { asksForHelp } from './command-line.js';
import type { Command, Store } from './command.js';
import { auditCommand } from './commands/audit.command.js';
import { encryptionKeyCommand } from './commands/encryption-key.command.js';
import { explainCommand } from './commands/explain.command.js';
import { importElizaosCommand } from './commands/import-elizaos.command.js';
import { keysCreateCommand } from './commands/keys-create.command.js';
import { keysListCommand } from './commands/keys-list.command.js';
import { keysRevokeCommand } from './commands/keys-revoke.command.js';
import { keysRotateCommand } from './commands/keys-rotate.command.js';
import { mediaCheckCommand } from './commands/media-check.command.js';
import { plansDeleteCommand } from './commands/plans-delete.command.js';
import { plansListCommand } from './commands/plans-list.command.js';
import { plansPutCommand } from './commands/plans-put.command.js';
import { plansShowCommand } from './commands/plans-show.command.js';
import { queueDiscardCommand } from './commands/queue-discard.command.js';
import { queueInspectCommand } from './commands/queue-inspect.command.js';
import { queueListCommand } from './commands/queue-list.command.js';
import { queueRetryCommand } from './commands/queue-retry.command.js';
import { queueShowCommand } from './commands/queue-show.command.js';
import { tenantsCreateCommand } from './commands/tenants-create.command.js';
import { tenantsDeleteCommand } from './commands/tenants-delete.command.js';
import { tenantsExportCommand } from './commands/tenants-export.command.js';
import { tenantsImportCommand } from './commands/tenants-import.command.js';
import { tenantsListCommand } from './commands/tenants-list.command.js';
import { tenantsResumeCommand } from './commands/tenants-resume.command.js';
import { tenantsShowCommand } from './commands/tenants-show.command.js';
import { tenantsSuspendCommand } from './commands/tenants-suspend.command.js';
import { tenantsUpdateCommand } from './commands/tenants-update.command.js';
import { usageCommand } from './commands/usage.command.js';

/** Everything an operator can do. A new command is one file in `commands/` and one line here. */
export const COMMANDS: readonly Command[] = [
  tenantsListCommand,
  tenantsShowCommand,
  tenantsCreateCommand,
  tenantsUpdateCommand,
  tenantsSuspendCommand,
  tenantsResumeCommand,
  tenantsDeleteCommand,
  tenantsExportCommand,
  tenantsImportCommand,
  keysListCommand,
  keysCreateCommand,
  keysRotateCommand,
  keysRevokeCommand,
  plansListCommand,
  plansShowCommand,
  plansPutCommand,
  plansDeleteCommand,
  usageCommand,
  auditCommand,
  queueShowCommand,
  queueListCommand,
  queueInspectCommand,
  queueRetryCommand,
  queueDiscardCommand,
  mediaCheckCommand,
  explainCommand,
  importElizaosCommand,
  encryptionKeyCommand,
];

/** The command that the first words of a command line name, and the words behind them. */
export function findCommand(
  words: string[],
  commands: readonly Command[],
): { command: Command; args: string[] } | undefined {
  for (const { length } of [[1, 2], [1]]) {
    const name = words.slice(0, length).join(' ');
    const command = commands.find((candidate) => candidate.name === name);
    if (command) return { command, args: words.slice(length) };
  }
  return undefined;
}

/** The stores that have to be there for a call of the program. */
export function storesFor(words: string[]): Store[] {
  if (words.some(asksForHelp)) return [];
  const { command, args = [] } = findCommand(words, COMMANDS) ?? {};
  if (!command) return [];
  const given = Object.entries(command.options).filter(([option]) =>
    args.some((arg) => arg === `--${option}` || arg.startsWith(`--${option}=`)),
  );
  return [...command.stores, ...given.flatMap(([, { store }]) => store ?? [])];
}
