import { parseArgs } from 'node:util';
import type { Command, Given } from './command.js';
import { UsageError } from './usage-error.js';

/** Whether this word asks how something is used. */
export function asksForHelp(word: string): boolean {
  return word === '--help' || word === '-h';
}

/**
 * What a command is called with.
 *
 * @throws UsageError naming the first thing that is wrong
 */
export function parseCommandLine({ parameters, options }: Command, args: string[]): Given {
  const { values, positionals } = parsed(options, args);
  const missing = parameters[positionals.length];
  if (missing) throw new UsageError(`<${missing.name}> is missing`);
  if (positionals.length > parameters.length) {
    throw new UsageError(`"${positionals[parameters.length]}" is one argument too many`);
  }
  for (const [name, { required }] of Object.entries(options)) {
    if (required && values[name] === undefined) throw new UsageError(`--${name} is missing`);
  }
  return {
    parameters: Object.fromEntries(parameters.map(({ name }, index) => [name, positionals[index]!])),
    options: values,
  };
}

function parsed(
  options: Command['options'],
  args: string[],
): { values: Record<string, string | boolean | undefined>; positionals: string[] } {
  const types = Object.fromEntries(Object.entries(options).map(([name, { type }]) => [name, { type }]));
  try {
    return parseArgs({ args, options: types, allowPositionals: true, strict: true });
  } catch (error) {
    // Node explains at length how to escape a dash; its first sentence says what is wrong.
    throw new UsageError((error as Error).message.split('. ')[0]!.replace(/\.$/, ''));
  }
}
