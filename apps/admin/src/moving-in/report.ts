import type { Terminal } from '../terminal.js';
import type { Tally } from './tally.js';

/** What is told at the end of a move. */
export interface Moved {
  tallies: Tally[];
  dryRun: boolean;
  /** Names of secrets that stayed behind as variables of a process. */
  ofTheProcess: string[];
  /** Tables of the source that have no counterpart, with their rows. */
  others: Map<string, number>;
  /** Why rows can be missing: how many of a kind have ids that are no UUIDs. */
  oddIds: Map<string, number>;
}

/** Tells what came of a move. Answers whether everything of the source is here, or was left behind for a reason. */
export function report(moved: Moved, terminal: Terminal): boolean {
  const { tallies, dryRun } = moved;
  for (const line of table(tallies, dryRun)) terminal.line(line);
  terminal.line('');
  tellWhatStays(moved, terminal);
  const added = tallies.reduce((sum, tally) => sum + tally.added, 0);
  if (dryRun) {
    terminal.line(added === 0 ? 'Nothing would be changed: everything is here.' : 'Nothing was written: a dry run.');
    return true;
  }
  const short = tallies.filter(({ missing }) => missing !== 0);
  for (const { kind, missing, source, found } of short) {
    const odd = moved.oddIds.get(kind) ?? 0;
    const reason = odd > 0 ? `; ${odd} have ids that are no UUIDs, which nothing here can have` : '';
    terminal.problem(`The counts of ${kind} differ by ${missing}: ${source} there, ${found} here${reason}.`);
  }
  if (short.length > 0) return false;
  terminal.line(added === 0 ? 'Nothing was changed: everything was here.' : 'All counts agree.');
  return true;
}

function table(tallies: Tally[], dryRun: boolean): string[] {
  const rows = [
    ['', 'there', 'here', dryRun ? 'would be new' : 'new', 'left behind'],
    ...tallies.map(({ kind, source, found, added, leftBehind }) => [
      kind,
      ...[source, found, added, leftBehind].map(String),
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  '),
  );
}

function tellWhatStays({ tallies, ofTheProcess, others }: Moved, terminal: Terminal): void {
  for (const { kind, left } of tallies) {
    for (const [reason, count] of left) terminal.line(`Left behind: ${kind} that ${reason} (${count}).`);
  }
  const rows = [...others].map(([name, count]) => `${count} ${name}`);
  if (rows.length > 0) terminal.line(`Left behind, having no place here: ${rows.join(', ')}.`);
  if (ofTheProcess.length > 0) {
    terminal.line(`Left out of secrets, as variables of the server's process: ${ofTheProcess.join(', ')}.`);
  }
}
