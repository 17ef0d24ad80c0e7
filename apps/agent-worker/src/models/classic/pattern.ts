import type { Word } from './sentence.js';

type Test = { word: string } | { group: ReadonlySet<string> };

/** A pattern ready to be matched: rows of single words with gaps of any length between them. */
export interface Pattern {
  rows: Test[][];
  /** Whether any words may stand before the first row, and after the last one. */
  openStart: boolean;
  openEnd: boolean;
}

export function compile(source: string, groups: Readonly<Record<string, readonly string[]>>): Pattern {
  const tokens = source.split(' ');
  const rows: Test[][] = [];
  let row: Test[] | undefined;
  for (const token of tokens) {
    if (token === '*') {
      row = undefined;
      continue;
    }
    if (!row) rows.push((row = []));
    row.push(token.startsWith('@') ? { group: new Set(groups[token.slice(1)]) } : { word: token });
  }
  return { rows, openStart: tokens[0] === '*', openEnd: tokens.at(-1) === '*' };
}

/**
 * What the gaps and groups of a pattern stand for in a sentence, or nothing when it does not match. Each row takes the
 * first place it fits: with free gaps between rows no later place can succeed where the first one fails, so there is
 * nothing to try again and the time is linear.
 */
export function match(pattern: Pattern, words: readonly Word[]): Word[][] | undefined {
  const captures: Word[][] = [];
  let from = 0;
  for (const [index, row] of pattern.rows.entries()) {
    const at = placeOf(row, words, { from, ...bounds(pattern, index) });
    if (at === undefined) return undefined;
    if (index > 0 || pattern.openStart) captures.push(words.slice(from, at));
    const found = words.slice(at, at + row.length);
    captures.push(...found.filter((_, offset) => 'group' in (row[offset] ?? {})).map((word) => [word]));
    from = at + row.length;
  }
  if (pattern.openEnd) captures.push(words.slice(from));
  return captures;
}

function bounds(pattern: Pattern, index: number): { atStart: boolean; atEnd: boolean } {
  const last = index === pattern.rows.length - 1;
  return { atStart: index === 0 && !pattern.openStart, atEnd: last && !pattern.openEnd };
}

function placeOf(
  row: readonly Test[],
  words: readonly Word[],
  where: { from: number; atStart: boolean; atEnd: boolean },
): number | undefined {
  const end = words.length - row.length;
  const first = where.atEnd ? Math.max(where.from, end) : where.from;
  const last = where.atStart ? Math.min(end, 0) : end;
  for (let at = first; at <= last; at++) if (fits(row, words, at)) return at;
  return undefined;
}

function fits(row: readonly Test[], words: readonly Word[], at: number): boolean {
  return row.every((test, offset) => {
    const key = words[at + offset]?.key;
    return key !== undefined && ('word' in test ? test.word === key : test.group.has(key));
  });
}
