import { FleetError } from '@app/contracts';
import { EnvError } from '@app/platform';
import { asksForHelp, parseCommandLine } from './command-line.js';
import { CommandError } from './command-error.js';
import { EXIT, type Command, type CommandContext } from './command.js';
import { commandHelp, overview } from './help.js';
import { UsageError } from './usage-error.js';

/**
 * Runs the command that the words of a command line name, and answers the exit code: 0 when it was done, 1 when it
 * could not be, 2 when it was not understood. What went wrong is told in a sentence; only a fault of ours has a stack.
 */
export async function runAdmin(
  [name = '', ...args]: string[],
  commands: readonly Command[],
  context: CommandContext,
): Promise<number> {
  const { terminal } = context;
  if (name === 'help' || asksForHelp(name)) {
    terminal.line(overview(commands));
    return EXIT.done;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (!command) {
    terminal.problem(name === '' ? 'Which command?' : `There is no command "${name}".`);
    terminal.problem(overview(commands));
    return EXIT.wrongUse;
  }
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
