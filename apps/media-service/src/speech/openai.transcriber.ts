import type { experimental_transcribe, TranscriptionModel } from 'ai';
import { refusalOf, speechFault } from './speech-faults.js';
import type { SpeechServer } from './speech-settings.js';
import type { Recording, Transcriber, Transcript } from './speech.js';

type Model = Extract<TranscriptionModel, { specificationVersion: 'v3' }>;
type Options = Parameters<Model['doGenerate']>[0];
type Generated = Awaited<ReturnType<Model['doGenerate']>>;

/** Servers tell the format by the ending of the file's name. */
const ENDINGS: Record<string, string> = {
  'audio/mpeg': 'mp3',
  'audio/wav': 'wav',
  'audio/ogg': 'ogg',
  'audio/webm': 'webm',
  'audio/mp4': 'm4a',
  'audio/aac': 'aac',
  'audio/flac': 'flac',
};

/** Transcription by a server of OpenAI's protocol, through the AI SDK. */
export class OpenAiTranscriber implements Transcriber {
  constructor(
    private readonly server: SpeechServer,
    private readonly fetch: typeof globalThis.fetch,
  ) {}

  async transcribe(recording: Recording, signal: AbortSignal): Promise<Transcript> {
    const transcribe = await loadSdk();
    try {
      const { text, language, durationInSeconds } = await transcribe({
        model: this.modelFor(recording),
        audio: recording.audio,
        abortSignal: signal,
        // A caller who waits asks again himself.
        maxRetries: 0,
      });
      return { text: text.trim(), language, durationSeconds: durationInSeconds };
    } catch (error) {
      // Silence is not a fault.
      if ((error as { name?: unknown }).name === 'AI_NoTranscriptGeneratedError') return { text: '' };
      throw speechFault(error);
    }
  }

  /** The SDK's interface over the protocol. The type of a recording is ours: the SDK only knows some by their bytes. */
  private modelFor({ type, language }: Recording): Model {
    const { transcriptionModel: modelId } = this.server;
    return {
      specificationVersion: 'v3',
      provider: 'openai',
      modelId,
      doGenerate: async ({ audio, abortSignal }: Options): Promise<Generated> => {
        const form = new FormData();
        const bytes = typeof audio === 'string' ? Buffer.from(audio, 'base64') : audio;
        form.append('model', modelId);
        form.append('response_format', 'json');
        if (language) form.append('language', language);
        form.append('file', new Blob([bytes], { type }), `audio.${ENDINGS[type] ?? 'wav'}`);
        const said = await this.ask(form, abortSignal);
        return {
          text: said.text,
          language: said.language,
          durationInSeconds: said.duration,
          segments: [],
          warnings: [],
          response: { timestamp: new Date(), modelId },
        };
      },
    };
  }

  private async ask(body: FormData, signal?: AbortSignal): Promise<Said> {
    const { baseUrl, apiKey } = this.server;
    const answer = await this.fetch(`${baseUrl}/audio/transcriptions`, {
      method: 'POST',
      headers: apiKey ? { authorization: `Bearer ${apiKey}` } : {},
      body,
      signal,
    });
    if (!answer.ok) {
      await answer.body?.cancel();
      throw refusalOf(answer.status);
    }
    return saidIn(await answer.json());
  }
}

/** What we read of an answer. */
interface Said {
  text: string;
  language?: string;
  duration?: number;
}

function saidIn(answer: unknown): Said {
  const { text, language, duration } = (answer ?? {}) as Record<string, unknown>;
  if (typeof text !== 'string') throw new TypeError('The speech server answered without a text');
  return {
    text,
    language: typeof language === 'string' ? language : undefined,
    duration: typeof duration === 'number' ? duration : undefined,
  };
}

/** The SDK takes a tenth of a second to load, which a process without audio need not spend. */
async function loadSdk(): Promise<typeof experimental_transcribe> {
  const sdk = await import('ai');
  globalThis.AI_SDK_LOG_WARNINGS = false;
  return sdk.experimental_transcribe;
}
