import { asksForHelp } from './command-line.js';
import type { Command, Store } from './command.js';
import { encryptionKeyCommand } from './commands/encryption-key.command.js';
import { importElizaosCommand } from './commands/import-elizaos.command.js';

/** Everything an operator can do. A new command is one file in `commands/` and one line here. */
export const COMMANDS: readonly Command[] = [encryptionKeyCommand, importElizaosCommand];

/** The stores that have to be there for a call of the program. */
export function storesFor([name, ...args]: string[]): Store[] {
  if (args.some(asksForHelp)) return [];
  const command = COMMANDS.find((one) => one.name === name);
  if (!command) return [];
  const given = Object.entries(command.options).filter(([option]) =>
    args.some((arg) => arg === `--${option}` || arg.startsWith(`--${option}=`)),
  );
  return [...command.stores, ...given.flatMap(([, { store }]) => store ?? [])];
}
