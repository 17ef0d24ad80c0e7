import { LaunchError } from './launch-error.mjs';
import { readable } from './log-lines.mjs';
import { say } from './say.mjs';

/** An error as lines of text: details first, so that the sentence is what remains in view. */
export function faultLines(error) {
  if (!(error instanceof LaunchError)) return [error?.stack ?? String(error)];
  return [...error.details.map((line) => `  ${readable(line)}`), error.message];
}

/** Shows an error. One of the user's gets a sentence, one of ours its stack. */
export function sayFault(error) {
  const lines = faultLines(error);
  for (const line of lines.slice(0, -1)) say.line(line);
  say.fail(lines.at(-1));
}
