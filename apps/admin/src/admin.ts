import { FleetError } from '@app/contracts';
import { EnvError } from '@app/platform';
import { asksForHelp, parseCommandLine } from './command-line.js';
import { CommandError } from './command-error.js';
import { findCommand } from './commands.js';
import { EXIT, type Command, type CommandContext } from './command.js';
import { commandHelp, overview } from './help.js';
import { UsageError } from './usage-error.js';

/**
 * Runs the command that the words of a command line name, and answers the exit code: 0 when it was done, 1 when it
 * could not be, 2 when it was not understood. What went wrong is told in a sentence; only a fault of ours has a stack.
 */
export async function runAdmin(
  words: string[],
  commands: readonly Command[],
  context: CommandContext,
): Promise<number> {
  const { terminal } = context;
  const found = findCommand(words, commands);
  if (!found) return unknown(words, commands, context);
  const { command, args } = found;
  if (args.some(asksForHelp)) {
    terminal.line(commandHelp(command));
    return EXIT.done;
  }
  try {
    return await command.run(parseCommandLine(command, args), context);
  } catch (error) {
    return failed(error, command, context);
  }
}

/** Help for whoever asks, or the commands there are: all of them, or those that begin with the word that was given. */
function unknown([word = '', ...rest]: string[], commands: readonly Command[], { terminal }: CommandContext): number {
  const related = commands.filter(({ name }) => name.startsWith(`${word} `));
  const fitting = overview(related.length > 0 ? related : commands);
  if (word === 'help' || asksForHelp(word) || (related.length > 0 && rest.some(asksForHelp))) {
    terminal.line(fitting);
    return EXIT.done;
  }
  const given = related.length > 0 ? [word, ...rest.slice(0, 1)].join(' ') : word;
  terminal.problem(
    given === '' || (given === word && related.length > 0) ? 'Which command?' : `There is no command "${given}".`,
  );
  terminal.problem(fitting);
  return EXIT.wrongUse;
}

function failed(error: unknown, command: Command, { terminal, signal }: CommandContext): number {
  if (error instanceof UsageError) {
    terminal.problem(`${error.message}.`);
    terminal.problem(commandHelp(command));
    return EXIT.wrongUse;
  }
  if (signal.aborted) terminal.problem('Interrupted.');
  else if (error instanceof CommandError || error instanceof EnvError) terminal.problem(error.message);
  else if (error instanceof FleetError) terminal.problem(`${error.message} (${error.code})`);
  else terminal.problem(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return EXIT.failed;
}
