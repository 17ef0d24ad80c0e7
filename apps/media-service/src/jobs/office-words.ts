import { FleetError } from '@app/contracts';
import { SaxesParser } from 'saxes';
import yauzl from 'yauzl';

/** Where a kind of document has its words: in which of its files, and how they are marked up. */
interface Writing {
  files: RegExp;
  /** The elements that hold text; all do when not given. */
  texts?: string[];
  /** Elements that end a line. */
  lines: string[];
}

const OFFICE = 'application/vnd.openxmlformats-officedocument.';

const WRITINGS: Record<string, Writing> = {
  [`${OFFICE}wordprocessingml.document`]: { files: /^word\/document\.xml$/, texts: ['w:t'], lines: ['w:p', 'w:br'] },
  [`${OFFICE}presentationml.presentation`]: { files: /^ppt\/slides\/slide\d+\.xml$/, texts: ['a:t'], lines: ['a:p'] },
  'application/vnd.oasis.opendocument.text': { files: /^content\.xml$/, lines: ['text:p', 'text:h'] },
};

/** A larger file of a document is not unpacked. */
const MOST_BYTES = 64 * 1024 * 1024;

/** The types whose words are known how to find. */
export const OFFICE_TYPES = Object.keys(WRITINGS);

/**
 * The words of an office document, unpacked and read piece by piece.
 *
 * @throws FleetError FILE_REFUSED for one that cannot be read
 */
export async function officeWords(
  { type, bytes }: { type: string; bytes: Buffer },
  most: number,
  signal: AbortSignal,
): Promise<string> {
  const writing = WRITINGS[type]!;
  try {
    const archive = await yauzl.fromBufferPromise(bytes, { lazyEntries: true, autoClose: false });
    let words = '';
    for await (const entry of archive.eachEntry()) {
      if (!writing.files.test(entry.fileName) || words.length > most) continue;
      if (entry.uncompressedSize > MOST_BYTES) throw new Error('it is too large');
      const reader = new XmlWords(writing);
      // Held to the size it says it has.
      for await (const piece of await archive.openReadStreamPromise(entry)) {
        signal.throwIfAborted();
        reader.write(piece as Buffer);
        if (reader.words.length > most) break;
      }
      if (reader.words.length <= most) reader.end();
      words += `${reader.words}\n\n`;
    }
    return words;
  } catch (error) {
    if (signal.aborted) throw error;
    const reason = error instanceof Error ? error.message.split('\n')[0] : '';
    throw new FleetError('FILE_REFUSED', `The document cannot be read: ${reason}`.slice(0, 300));
  }
}

/** The words in a piece of XML. Entities that it declares itself are not known: they would be told as an error. */
class XmlWords {
  words = '';
  private readonly parser = new SaxesParser();
  private readonly decoder = new TextDecoder();
  private within = 0;

  constructor({ texts, lines }: Writing) {
    const { parser } = this;
    parser.on('error', (error) => {
      throw error;
    });
    parser.on('opentag', ({ name }) => {
      if (texts?.includes(name)) this.within += 1;
      if (name === 'w:tab' || name === 'text:tab') this.words += '\t';
    });
    parser.on('closetag', ({ name }) => {
      if (texts?.includes(name)) this.within -= 1;
      if (lines.includes(name)) this.words += '\n';
    });
    parser.on('text', (text) => {
      if (!texts || this.within > 0) this.words += text;
    });
  }

  write(piece: Buffer): void {
    this.parser.write(this.decoder.decode(piece, { stream: true }));
  }

  /** What is open at the end was cut off. */
  end(): void {
    this.parser.close();
  }
}
