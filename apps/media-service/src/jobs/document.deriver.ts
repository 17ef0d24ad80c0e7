import { wordsOf, MOST_CHARACTERS } from './text.deriver.js';
import type { Deriver, Made } from './deriver.js';
import { OFFICE_TYPES, officeWords } from './office-words.js';
import { pdfWords } from './pdf-words.js';

/** The words of documents: PDF, Word, PowerPoint and OpenDocument. What is only drawn in them has none. */
export class DocumentDeriver implements Deriver {
  knows(type: string): boolean {
    return type === 'application/pdf' || OFFICE_TYPES.includes(type);
  }

  async derive(original: { type: string; bytes: Buffer }, signal: AbortSignal): Promise<Made> {
    if (original.type !== 'application/pdf') return wordsOf(await officeWords(original, MOST_CHARACTERS, signal));
    const { words, pages } = await pdfWords(original.bytes, MOST_CHARACTERS, signal);
    const made = wordsOf(words);
    return { ...made, facts: { ...made.facts, pages } };
  }
}
