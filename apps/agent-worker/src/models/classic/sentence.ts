import type { Script } from './script.js';

/** A word as it was written and as it is looked up. */
export interface Word {
  text: string;
  key: string;
}

const LONGEST_TEXT = 2_000;
const LONGEST_CLAUSE = 60;
const CLAUSE_END = /[,!?;:()"\n…—]+|\.+(?=\s|$)|\bbut\b/giu;
const WORD = /[\p{L}\p{N}](?:[\p{L}\p{N}'-]*[\p{L}\p{N}])?/gu;
const COMMON = new Set(
  [
    'a an the it this that these those he she we they his her our their its there here some all any every each',
    'people men women one no not never sometimes often please well so and or as at by for from in of on to with',
  ]
    .join(' ')
    .split(' '),
);

/** Cuts a message into clauses, as the original did at commas, full stops and "but". */
export function clausesOf(text: string, script: Script): Word[][] {
  const plain = text.slice(0, LONGEST_TEXT).replaceAll('’', "'");
  const shouted = plain === plain.toUpperCase();
  return plain
    .split(CLAUSE_END)
    .map((clause) => wordsOf(shouted ? clause.toLowerCase() : clause, script))
    .filter((words) => words.length > 0);
}

function wordsOf(clause: string, script: Script): Word[] {
  const written = clause.match(WORD) ?? [];
  return written.slice(0, LONGEST_CLAUSE).flatMap((text, index) => {
    const key = text.toLowerCase();
    const instead = find(script.before, key);
    if (instead) return instead.split(' ').map((word) => ({ text: word, key: word }));
    const opening = index === 0 && (COMMON.has(key) || find(script.keywords, key) !== undefined);
    return [{ text: opening ? key : text, key }];
  });
}

/** The words seen from the other side: "made me come here" becomes "made you come here". */
export function turnRound(words: readonly Word[], script: Script): string {
  const turned: string[] = [];
  let at = 0;
  for (let word = words[at]; word; word = words[at]) {
    const next = words[at + 1]?.key;
    const both = next === undefined ? undefined : find(script.after, `${word.key} ${next}`);
    turned.push(both ?? find(script.after, word.key) ?? (word.key === 'you' ? me(next) : word.text));
    at += both === undefined ? 1 : 2;
  }
  return turned.join(' ').replace(/(?<![\p{L}'])i(?![\p{L}'])/gu, 'I');
}

const VERBS = new Set(
  [
    "have had can can't cannot could will won't would do don't did didn't should must may might never always really",
    'think know want like love hate need say said feel understand mean believe see look seem',
  ]
    .join(' ')
    .split(' '),
);

/** "You" speaks ("you have") or is spoken to ("help you"); English tells by place only. */
function me(next: string | undefined): string {
  return next !== undefined && VERBS.has(next) ? 'i' : 'me';
}

function find<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
