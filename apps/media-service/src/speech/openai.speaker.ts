import type { SpeechFormat } from '@app/contracts';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { inPieces } from './in-pieces.js';
import { refusalOf, speechFault } from './speech-faults.js';
import type { SpeechServer } from './speech-settings.js';
import type { Speaker, SpeechRequest } from './speech.js';

/** The most that servers say at once. */
const LONGEST_TEXT = 4_096;
const SPEEDS = { least: 0.25, most: 4 };

/** OpenAI's names of the formats. */
const RESPONSE_FORMATS: Record<SpeechFormat, string> = { mp3: 'mp3', wav: 'wav', ogg: 'opus' };

/**
 * Speech by a server of OpenAI's protocol. Asked by hand: the AI SDK hands speech out only when all of it is there. A
 * long text is said in pieces one after the other, as MP3, whose frames may follow each other.
 */
export class OpenAiSpeaker implements Speaker {
  constructor(
    private readonly server: SpeechServer,
    private readonly fetch: typeof globalThis.fetch,
  ) {}

  async speak(request: SpeechRequest, signal: AbortSignal): Promise<Readable> {
    const [first = '', ...rest] = inPieces(request.text, LONGEST_TEXT);
    const format = rest.length > 0 ? 'mp3' : (request.format ?? 'mp3');
    const ask = (text: string): Promise<Readable> => this.ask({ ...request, text, format }, signal);
    // The first piece is asked for before anything is answered, so that a refusal can be told.
    const begun = await ask(first);
    const speech = new PassThrough();
    follow(begun, rest, { ask, speech }).catch((error: unknown) => speech.destroy(speechFault(error)));
    return speech;
  }

  private async ask({ text, voice, format = 'mp3', speed }: SpeechRequest, signal: AbortSignal): Promise<Readable> {
    const { baseUrl, apiKey, speechModel, voice: usual } = this.server;
    const pace = speed === undefined ? {} : { speed: Math.min(Math.max(speed, SPEEDS.least), SPEEDS.most) };
    try {
      const answer = await this.fetch(`${baseUrl}/audio/speech`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}) },
        body: JSON.stringify({
          model: speechModel,
          input: text,
          voice: voice ?? usual,
          response_format: RESPONSE_FORMATS[format],
          ...pace,
        }),
        signal,
      });
      if (!answer.ok || !answer.body) {
        await answer.body?.cancel();
        throw refusalOf(answer.status);
      }
      return Readable.fromWeb(answer.body as ReadableStream<Uint8Array>);
    } catch (error) {
      throw speechFault(error);
    }
  }
}

/** Says piece after piece, as fast as it is listened to. When the listener leaves, the server is left too. */
async function follow(
  begun: Readable,
  rest: string[],
  { ask, speech }: { ask: (text: string) => Promise<Readable>; speech: PassThrough },
): Promise<void> {
  await pipeline(begun, speech, { end: false });
  for (const text of rest) await pipeline(await ask(text), speech, { end: false });
  speech.end();
}
