import { FleetError } from '@app/contracts';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/** What a thread may take: a document that needs more is left alone. */
const LIMITS = { maxOldGenerationSizeMb: 256, stackSizeMb: 4 };
const WITHIN_MS = 30_000;

/** What the thread is given. */
interface Task {
  /** Where the library is: the thread has no place of its own to find it from. */
  library: string;
  bytes: Buffer;
  /** It stops when it has so many characters. */
  most: number;
}

/** What a document says. */
export interface DocumentWords {
  words: string;
  pages: number;
}

type Answer = DocumentWords | { fault: string };

/**
 * Runs in the thread: plain JavaScript, as there is no file of its own for it that both tests and the built service have.
 * Nothing of the document is run: scripts and fonts are not looked at.
 */
const SCRIPT = `
const { parentPort, workerData: { library, bytes, most } } = require('node:worker_threads');
(async () => {
  const { getDocumentProxy } = require(library);
  const options = { isEvalSupported: false, disableFontFace: true, useSystemFonts: false, verbosity: 0 };
  const document = await getDocumentProxy(new Uint8Array(bytes), options);
  let words = '';
  for (let number = 1; number <= document.numPages && words.length <= most; number++) {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    for (const { str = '', hasEOL } of items) words += str + (hasEOL ? '\\n' : '');
    words += '\\n\\n';
    page.cleanup();
  }
  parentPort.postMessage({ words, pages: document.numPages });
})().catch((error) => parentPort.postMessage({ fault: String(error && error.message) }));
`;

/**
 * The words of a PDF, read in a thread of its own with bounded time and memory: what a document makes its reader do is the
 * document's choice.
 *
 * @throws FleetError FILE_REFUSED for one that cannot be read, or takes too much
 */
export async function pdfWords(bytes: Buffer, most: number, signal: AbortSignal): Promise<DocumentWords> {
  const library = createRequire(import.meta.url).resolve('unpdf');
  const task: Task = { library, bytes, most };
  const thread = new Worker(SCRIPT, {
    eval: true,
    workerData: task,
    resourceLimits: LIMITS,
    // What is written in our environment is no document's business.
    env: {},
    stdout: true,
    stderr: true,
  });
  try {
    const answer = await answerOf(thread, AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]));
    if ('fault' in answer) throw refused(`The document cannot be read: ${answer.fault}`);
    return answer;
  } finally {
    await thread.terminate();
  }
}

function answerOf(thread: Worker, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', (error) => reject(refused(`The document cannot be read: ${error.message}`)));
    thread.once('exit', () => reject(refused('The document cannot be read')));
    signal.addEventListener('abort', () => reject(refused('The document takes too long to read')), { once: true });
  });
}

function refused(message: string): FleetError {
  return new FleetError('FILE_REFUSED', message.slice(0, 300));
}
