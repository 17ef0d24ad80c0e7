import { FleetError } from '@app/contracts';
import type { Deriver, Made } from './deriver.js';

/** More of one file is nobody's knowledge. */
export const MOST_CHARACTERS = 1_000_000;

/** The words of texts: plain, Markdown, tables with commas, JSON. */
export class TextDeriver implements Deriver {
  knows(type: string): boolean {
    return type === 'text/plain';
  }

  derive({ bytes }: { bytes: Buffer }): Promise<Made> {
    return Promise.resolve(wordsOf(decoded(bytes)));
  }
}

/** What is kept of a text. */
export function wordsOf(found: string): Made {
  const text = found.replaceAll('\r\n', '\n').replaceAll('\0', '').trim();
  const words = text.slice(0, MOST_CHARACTERS).replace(/[\uD800-\uDBFF]$/, '');
  return { files: [], facts: { characters: text.length, cut: words.length < text.length }, words };
}

function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FleetError('FILE_REFUSED', 'The text is not written in UTF-8');
  }
}
