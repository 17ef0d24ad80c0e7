import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CommandError } from '../command-error.js';
import type { CommandContext, Given, Option } from '../command.js';

const SHORTEST = 12;

/** The option of both ways. A passphrase on a command line would stand in the list of processes. */
export const PASSPHRASE_OPTION = {
  'passphrase-file': {
    type: 'string',
    value: 'FILE',
    what: 'Secrets move along too, sealed with what stands in this file: 12 characters or more',
  },
} satisfies Record<string, Option>;

/** @throws CommandError when the file cannot be read, or has too little */
export function passphraseIn({ options }: Given, { env }: CommandContext): string | undefined {
  const named = options['passphrase-file'];
  if (typeof named !== 'string') return undefined;
  const file = path.resolve(env['INIT_CWD'] ?? '.', named);
  const text = read(file).trim();
  if (text.length < SHORTEST) throw new CommandError(`${file} has less than ${SHORTEST} characters.`);
  return text;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandError(`${file} cannot be read: ${(error as Error).message}`);
  }
}
