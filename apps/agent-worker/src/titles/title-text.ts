/** The longest title, in characters. */
const LONGEST = 80;

/** How many words of what somebody said make a title. */
const WORDS = 7;

/** A title out of what a model wrote: one line without quotes and marks; empty when nothing is left. */
export function titleIn(text: string): string {
  const line = text
    .split('\n')
    .map((candidate) => plain(candidate.replace(/^(?:\s*(?:#+|[-*>]|title\s*:))*\s*/iu, '')))
    .find((candidate) => candidate !== '');
  return shortened(line ?? '');
}

/** A title without a model: how the first of these texts begins that says something. */
export function titleOf(texts: readonly string[]): string {
  const said = texts.map(firstSentence).filter((sentence) => /\p{L}/u.test(sentence));
  const telling = said.find((sentence) => sentence.split(' ').length >= 3) ?? said[0];
  if (telling === undefined) return 'Conversation';
  const words = telling.split(' ');
  const beginning = shortened(words.slice(0, WORDS).join(' '));
  const title = beginning.charAt(0).toUpperCase() + beginning.slice(1);
  return words.length > WORDS && !title.endsWith('…') ? `${title}…` : title;
}

function firstSentence(text: string): string {
  return plain(/^[^.!?\n]+/u.exec(text.trim())?.[0] ?? '');
}

function plain(text: string): string {
  const inOneLine = text.replace(/[\p{C}\s]+/gu, ' ').trim();
  return inOneLine.replace(/^["'“”„«»*_`\s]+|["'“”„«»*_`\s.,;:]+$/gu, '');
}

/** A very long one ends at a word. */
function shortened(text: string): string {
  const letters = Array.from(text);
  if (letters.length <= LONGEST) return text;
  return `${letters
    .slice(0, LONGEST - 1)
    .join('')
    .replace(/\s+\S*$/u, '')}…`;
}
