/**
 * The language of a script. A pattern is a row of words, where `*` stands for any number of words and `@group` for one
 * word of a group; both are captured and numbered from 1. An answer may name a capture (`$2`), go on with another
 * keyword (`=what`), give up for the next keyword of the sentence (`:newkey`), or say who speaks (`{name}`, `{bio}`).
 */
export interface Rule {
  pattern: string;
  /** Used in rotation. */
  answers: readonly string[];
}

export interface Keyword {
  /** The keyword of a sentence with the highest rank is answered; of equals the first one. */
  rank: number;
  rules: readonly Rule[];
}

export type Keywords = Readonly<Record<string, Keyword>>;

export interface Script {
  /** Applied to what people write, before keywords are looked for. */
  before: Readonly<Record<string, string>>;
  /** Applied to captured words, turning the point of view round. The longest row of words wins. */
  after: Readonly<Record<string, string>>;
  groups: Readonly<Record<string, readonly string[]>>;
  keywords: Keywords;
  /** What is remembered of a sentence whose keyword is `keyword`, to be brought up when nothing else is to be said. */
  memory: { keyword: string; rule: Rule };
  /** For a sentence without any keyword. */
  none: readonly string[];
}

/** Continues with the next keyword of the sentence. Stands alone: a place in a rotation could not be seen from outside. */
export const NEXT_KEYWORD = ':newkey';

export function rule(pattern: string, ...answers: string[]): Rule {
  return { pattern, answers };
}

export function keyword(rank: number, ...rules: Rule[]): Keyword {
  return { rank, rules };
}

/** A keyword that is answered like another one. */
export function like(target: string, rank = 0): Keyword {
  return keyword(rank, rule('*', `=${target}`));
}
